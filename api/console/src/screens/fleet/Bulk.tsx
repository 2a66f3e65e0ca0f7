import { Button, Modal, Progress, Stack, Text } from "@mantine/core";
import { IconRefresh, IconTags } from "@tabler/icons-react";
import { memo, useMemo, useState } from "react";
import { asProblem } from "../../api.ts";
import { useWhyNot } from "../../hooks/may.ts";
import { useLabel, useResync } from "../../hooks/resync.ts";
import { LabelForm } from "../../parts/LabelForm.tsx";
import { Outcomes } from "../../parts/Outcomes.tsx";
import { Act } from "../../ui/Act.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { count } from "../../ui/number.ts";
import { Refusal } from "../../ui/Refusal.tsx";
import type { Facts } from "./facts.ts";
import classes from "./fleet.module.css";

interface Props {
  chosen: ReadonlySet<string>;
  facts: Facts;
  onClear: () => void;
}

/** What can be done with the clusters that were chosen. */
function BulkShown({ chosen, facts, onClear }: Props) {
  const whyNot = useWhyNot();
  const [isLabelling, setLabelling] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const resync = useResync();
  const present = useMemo(() => [...chosen].filter((id) => facts.has(id)), [chosen, facts]);
  const remotes = present.filter((id) => facts.get(id)?.cluster.role === "joint");
  const none = present.length === 0 ? "Choose clusters in the table first." : undefined;
  const noRemote = remotes.length === 0 ? "None of them is a remote; only remotes fetch from the master." : undefined;
  const start = () => {
    setAsking(false);
    resync.mutate(remotes);
  };
  return (
    <>
      <div className={classes.bar}>
        <Act
          size="xs"
          variant="default"
          leftSection={<IconRefresh size={14} aria-hidden />}
          whyNot={whyNot("manage-fleet") ?? none ?? noRemote}
          loading={resync.isPending}
          onClick={() => (remotes.length > 20 ? setAsking(true) : start())}
        >
          Resync selected
        </Act>
        <Act
          size="xs"
          variant="default"
          leftSection={<IconTags size={14} aria-hidden />}
          whyNot={whyNot("manage-fleet") ?? none}
          onClick={() => setLabelling(true)}
        >
          Label selected
        </Act>
        {present.length > 0 && (
          <>
            <Text size="sm" role="status">
              {count(present.length)} selected
            </Text>
            <Button size="xs" variant="subtle" onClick={onClear}>
              Select none
            </Button>
          </>
        )}
      </div>
      {resync.isError && <Refusal title="Not resynced" problem={asProblem(resync.error)} retry={start} />}
      {resync.isSuccess && <Outcomes outcomes={resync.data} />}
      <Confirm
        opened={isAsking}
        title={`Resync ${count(remotes.length)} remotes?`}
        verb="Resync them"
        onConfirm={start}
        onClose={() => setAsking(false)}
      >
        Each of them fetches all of its federated policy from this master again. Rules stay in force meanwhile.
      </Confirm>
      <Modal
        opened={isLabelling}
        onClose={() => setLabelling(false)}
        title={`Label ${count(present.length)} ${present.length === 1 ? "cluster" : "clusters"}`}
      >
        <LabelMany ids={present} facts={facts} onClose={() => setLabelling(false)} />
      </Modal>
    </>
  );
}

/** It stays as it is when clusters only were heard from. */
export const Bulk = memo(BulkShown);

interface LabelManyProps {
  ids: readonly string[];
  facts: Facts;
  onClose: () => void;
}

function LabelMany({ ids, facts, onClose }: LabelManyProps) {
  const [done, setDone] = useState(0);
  const [all] = useState(ids);
  const label = useLabel(setDone);
  const failures = label.data ?? [];
  if (label.isSuccess && failures.length > 0) {
    const names = failures.slice(0, 20).map((f) => `${facts.get(f.id)?.cluster.name ?? f.id}: ${f.why}`);
    return (
      <Stack>
        <Text size="sm" role="alert">
          {count(all.length - failures.length)} of {count(all.length)} were labelled. These were not:
        </Text>
        {names.map((name) => (
          <Text key={name} size="sm">
            {name}
          </Text>
        ))}
        {failures.length > names.length && <Text size="sm">and {count(failures.length - names.length)} more</Text>}
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Stack>
    );
  }
  return (
    <Stack gap="sm">
      {label.isPending && (
        <Progress value={(done / all.length) * 100} aria-label={`${done} of ${all.length} labelled`} />
      )}
      <LabelForm
        labels={{}}
        isMany
        isBusy={label.isPending}
        onSave={(labels) =>
          label.mutate({ ids: all, labels }, { onSuccess: (failed) => (failed.length === 0 ? onClose() : undefined) })
        }
        onClose={onClose}
      />
    </Stack>
  );
}
