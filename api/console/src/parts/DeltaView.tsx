import { Badge, Button, Group, Stack, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCode, IconMinus, IconPencil, IconPlus } from "@tabler/icons-react";
import { diffLines } from "diff";
import { useId, useMemo, useState, type ReactNode } from "react";
import type { Wire } from "../api.ts";
import { never } from "../never.ts";
import { count } from "../ui/number.ts";
import { plainJson, shownDifferences, type Difference } from "./delta.ts";
import classes from "./DeltaView.module.css";
import { kindName } from "./kinds.ts";

type Delta = Wire["Delta"];

/** So many are drawn at once; the rest on demand. */
const atOnce = 50;

/** What becomes of many objects; a long list is shown piece by piece. */
export function DeltaList({ deltas }: { deltas: readonly Delta[] }) {
  const [shown, setShown] = useState(atOnce);
  const rest = deltas.length - shown;
  return (
    <Stack gap="xs">
      {deltas.slice(0, shown).map((d) => (
        <DeltaView delta={d} key={`${d.kind}/${d.name}`} />
      ))}
      {rest > 0 && (
        <Button variant="default" onClick={() => setShown(shown + atOnce * 4)}>
          Show more: {count(rest)} of {count(deltas.length)} are not shown
        </Button>
      )}
    </Stack>
  );
}

interface Props {
  delta: Delta;
  /** Stands at the end of its head line, such as a button. */
  actions?: ReactNode;
}

/** What becomes of one object, field by field; as plain JSON on demand. */
export function DeltaView({ delta, actions }: Props) {
  const [isRaw, raw] = useDisclosure();
  const fields = useMemo(() => shownDifferences(delta), [delta]);
  const id = useId();
  return (
    <section className={classes.delta} aria-labelledby={id}>
      <Group className={classes.head ?? ""} justify="space-between" gap="xs">
        <Group gap="xs" id={id} miw={0}>
          <ChangeBadge change={delta.change} />
          <Text size="sm" component="span">
            {kindName(delta.kind)}
          </Text>
          <Text size="sm" fw={600} component="span" className={classes.name ?? ""}>
            {delta.name}
          </Text>
        </Group>
        <Group gap={4}>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconCode size={16} aria-hidden />}
            aria-expanded={isRaw}
            onClick={raw.toggle}
          >
            {isRaw ? "Fields" : "JSON"}
          </Button>
          {actions}
        </Group>
      </Group>
      {isRaw ? <RawDiff delta={delta} /> : <Fields fields={fields} />}
    </section>
  );
}

function Fields({ fields }: { fields: readonly Difference[] }) {
  if (fields.length === 0) {
    return (
      <Text size="sm" px="sm" py={4}>
        Nothing in it but its times.
      </Text>
    );
  }
  return (
    <dl className={classes.fields}>
      {fields.map((field) => (
        <FieldDiff field={field} key={field.path} />
      ))}
    </dl>
  );
}

function FieldDiff({ field }: { field: Difference }) {
  return (
    <>
      <dt>{field.path === "" ? "value" : field.path}</dt>
      <dd>{valueOf(field)}</dd>
    </>
  );
}

function valueOf(field: Difference): ReactNode {
  switch (field.is) {
    case "value":
      return (
        <>
          {field.before !== undefined && <Line sign="removed">{field.before}</Line>}
          {field.after !== undefined && <Line sign="added">{field.after}</Line>}
        </>
      );
    case "list":
      return (
        <ul className={classes.lines}>
          {field.lines.map((line, i) => (
            <li key={i}>
              <Line sign={line.sign}>{line.text}</Line>
            </li>
          ))}
        </ul>
      );
    default:
      return never(field);
  }
}

function Line({ sign, children }: { sign: "added" | "removed"; children: string }) {
  const Tag = sign === "added" ? "ins" : "del";
  return (
    <Tag className={classes[sign]}>
      <Sign sign={sign} />
      {children}
    </Tag>
  );
}

function Sign({ sign }: { sign: "added" | "removed" }) {
  return (
    <>
      <span className={classes.sign} aria-hidden>
        {sign === "added" ? "+" : "−"}
      </span>
      <VisuallyHidden>{sign === "added" ? "now: " : "before: "}</VisuallyHidden>
    </>
  );
}

function RawDiff({ delta }: { delta: Delta }) {
  const parts = useMemo(() => diffLines(plainJson(delta.before), plainJson(delta.after)), [delta]);
  return (
    <pre className={classes.raw} tabIndex={0} role="region" aria-label={`${delta.name} as JSON`}>
      {parts.flatMap((part, i) =>
        part.value
          .replace(/\n$/, "")
          .split("\n")
          .map((line, j) => <RawLine key={`${i}/${j}`} part={part} line={line} />),
      )}
    </pre>
  );
}

function RawLine({ part, line }: { part: { added: boolean; removed: boolean }; line: string }) {
  const sign = part.added ? "added" : part.removed ? "removed" : "same";
  return (
    <span className={classes[sign]}>
      {sign === "same" ? <span className={classes.sign} /> : <Sign sign={sign} />}
      {line}
    </span>
  );
}

/** Created, changed or removed, as a badge with a sign. */
export function ChangeBadge({ change }: { change: string }) {
  const [color, Icon] =
    change === "created"
      ? (["teal", IconPlus] as const)
      : change === "removed"
        ? (["red", IconMinus] as const)
        : (["blue", IconPencil] as const);
  return (
    <Badge variant="light" color={color} tt="none" leftSection={<Icon size={12} aria-hidden />}>
      {change}
    </Badge>
  );
}
