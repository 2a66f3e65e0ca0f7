import { Badge } from "@mantine/core";
import { useState } from "react";
import type { Wire } from "../../../api.ts";
import { fieldName, lineOf } from "../../../parts/delta.ts";
import { Moment } from "../../../ui/Moment.tsx";
import { Expander } from "../Expander.tsx";
import classes from "./time.module.css";

/** One object of the policy; its fields when it is opened. */
export function ObjectLine({ object: { name, targets, object } }: { object: Wire["PolicyObject"] }) {
  const [isOpen, setOpen] = useState(false);
  const line = (
    <>
      <span className={classes.name}>{name}</span>
      {targets !== "" && (
        <Badge variant="default" tt="none" size="sm" fw={500}>
          for {targets}
        </Badge>
      )}
    </>
  );
  return (
    <li className={classes.object}>
      <Expander isOpen={isOpen} onToggle={() => setOpen(!isOpen)} line={line}>
        <dl className={classes.fields}>
          {fieldsOf(object).map(([field, value]) => (
            <Field key={field} name={field} value={value} />
          ))}
        </dl>
      </Expander>
    </li>
  );
}

function Field({ name, value }: { name: string; value: unknown }) {
  return (
    <>
      <dt>{fieldName(name)}</dt>
      <dd>
        {name.endsWith("_at") && typeof value === "string" ? (
          <Moment at={value} />
        ) : Array.isArray(value) ? (
          <ul>
            {value.map((item, i) => (
              <li key={i}>{lineOf(item)}</li>
            ))}
          </ul>
        ) : (
          lineOf(value)
        )}
      </dd>
    </>
  );
}

function fieldsOf(object: unknown): [string, unknown][] {
  return typeof object === "object" && object !== null ? Object.entries(object) : [];
}
