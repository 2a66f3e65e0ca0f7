import { Text } from "@mantine/core";
import { never } from "../../never.ts";
import { Moment } from "../../ui/Moment.tsx";
import classes from "./Fields.module.css";
import { fieldsOf, type Value } from "./fields.ts";

/** All that an object says, field by field. */
export function Fields({ object }: { object: object }) {
  const { said, empty } = fieldsOf(object);
  return (
    <>
      <dl className={classes.fields}>
        {said.map(({ name, value }) => (
          <FieldLine key={name} name={name} value={value} />
        ))}
      </dl>
      {empty.length > 0 && (
        <Text size="sm" mt="xs">
          Not set: {empty.join(", ")}.
        </Text>
      )}
    </>
  );
}

function FieldLine({ name, value }: { name: string; value: Value }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <FieldValue value={value} />
      </dd>
    </>
  );
}

function FieldValue({ value }: { value: Value }) {
  switch (value.is) {
    case "text":
      return value.text;
    case "time":
      return <Moment at={value.at} />;
    case "list":
      return (
        <ul className={classes.list}>
          {value.items.map((item, i) => (
            <li key={i}>{item}</li>
          ))}
        </ul>
      );
    default:
      return never(value);
  }
}
