import { Badge, Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconArrowBackUp, IconDownload, IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { baseOf, type Wire } from "../../../api.ts";
import { useIsMaster } from "../../../hooks/master.ts";
import { useWhyNot } from "../../../hooks/may.ts";
import { useTarget } from "../../../hooks/target.ts";
import { kindName } from "../../../parts/kinds.ts";
import { Act } from "../../../ui/Act.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { count } from "../../../ui/number.ts";
import { Empty } from "../../../ui/Screen.tsx";
import { Rollback } from "../Rollback.tsx";
import { ObjectLine } from "./ObjectLine.tsx";
import classes from "./time.module.css";

interface Props {
  policy: Wire["PolicyAt"];
  /** Whose policy it is, in words. */
  of: string;
  /** Whether it is of the past, so that one can go back to it. */
  isPast?: boolean;
}

/** All objects of the policy at a moment, by kind. */
export function PolicyThen({ policy, of, isPast = false }: Props) {
  const [q, setQ] = useState("");
  const groups = useMemo(() => byKind(policy.objects, q), [policy.objects, q]);
  const labels = Object.entries(policy.labels);
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Text size="sm" role="status">
          The policy of <b>{of}</b>
          {policy.at !== null && (
            <>
              {" "}
              as of <Moment at={policy.at} />
            </>
          )}
          : revision <b>{count(policy.revision)}</b>, {count(policy.objects.length)}{" "}
          {policy.objects.length === 1 ? "object" : "objects"}
        </Text>
        {labels.map(([key, value]) => (
          <Badge key={key} variant="default" tt="none" fw={500}>
            {key}={value}
          </Badge>
        ))}
      </Group>
      <Group gap="xs">
        <TextInput
          type="search"
          size="xs"
          aria-label="Filter the objects"
          placeholder="Filter"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={q}
          onChange={(e) => setQ(e.currentTarget.value)}
        />
        <Steps policy={policy} isPast={isPast} />
      </Group>
      {groups.length === 0 && (
        <Empty title={policy.objects.length === 0 ? "There was no object." : "No object fits the filter."} />
      )}
      {groups.map(([kind, objects]) => (
        <Kind key={kind} kind={kind} objects={objects} />
      ))}
    </Stack>
  );
}

function Steps({ policy: { revision, cluster }, isPast }: { policy: Wire["PolicyAt"]; isPast: boolean }) {
  const at = useTarget();
  const isMaster = useIsMaster();
  const whyNot = useWhyNot()("write-federal");
  const [to, setTo] = useState<number>();
  const of = isMaster ? `&revision=${revision}` : "";
  return (
    <>
      {isPast && (
        <Act
          size="xs"
          variant="default"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          whyNot={
            whyNot ??
            (revision < 1
              ? "There was no policy yet."
              : cluster === ""
                ? undefined
                : "It is the whole policy that is rolled back: look at the whole federation.")
          }
          onClick={() => setTo(revision)}
        >
          Roll back to this
        </Act>
      )}
      <Button
        size="xs"
        variant="default"
        component="a"
        leftSection={<IconDownload size={16} aria-hidden />}
        href={`${baseOf(at)}/v1/fed/policy/export?scope=fed&format=yaml${of}`}
        download={`fedhub-fed-policy-${revision}.yaml`}
      >
        {isMaster ? "Export the whole policy" : "Export"}, YAML
      </Button>
      <Rollback revision={to} onClose={() => setTo(undefined)} />
    </>
  );
}

/** So many objects of a kind are drawn at once. */
const atOnce = 50;

function Kind({ kind, objects }: { kind: string; objects: readonly Wire["PolicyObject"][] }) {
  const [shown, setShown] = useState(atOnce);
  const rest = objects.length - shown;
  return (
    <section>
      <Title order={2} size="h5" mb={4}>
        {kindName(kind)} ({count(objects.length)})
      </Title>
      <ul className={classes.objects}>
        {objects.slice(0, shown).map((object) => (
          <ObjectLine key={object.name} object={object} />
        ))}
      </ul>
      {rest > 0 && (
        <Button mt="xs" size="xs" variant="default" onClick={() => setShown(shown + atOnce * 4)}>
          Show more: {count(rest)} are not shown
        </Button>
      )}
    </section>
  );
}

/** The objects with the text in their name or content, by kind, in their order. */
function byKind(objects: readonly Wire["PolicyObject"][], q: string): [string, Wire["PolicyObject"][]][] {
  const wanted = q.trim().toLowerCase();
  const kinds = new Map<string, Wire["PolicyObject"][]>();
  for (const object of objects) {
    if (wanted !== "" && !JSON.stringify([object.name, object.object]).toLowerCase().includes(wanted)) {
      continue;
    }
    const list = kinds.get(object.kind) ?? [];
    list.push(object);
    kinds.set(object.kind, list);
  }
  return [...kinds];
}
