import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, asProblem, ask, askWhole, type Wire } from "../../api.ts";
import { DeltaList } from "../../parts/DeltaView.tsx";
import { NameCloud } from "../../parts/NameCloud.tsx";
import { count } from "../../ui/number.ts";
import { Refusal } from "../../ui/Refusal.tsx";
import { Loading } from "../../ui/Screen.tsx";
import classes from "./history.module.css";

interface Props {
  /** The revision to go back to; undefined while nothing is asked. */
  revision: number | undefined;
  onClose: () => void;
}

/** Shows what a rollback comes to, and does it. */
export function Rollback({ revision, onClose }: Props) {
  return (
    <Modal
      opened={revision !== undefined}
      onClose={onClose}
      title={revision === undefined ? "" : `Roll back to revision ${count(revision)}`}
      size="xl"
      centered
    >
      {revision !== undefined && <Asked revision={revision} onClose={onClose} />}
    </Modal>
  );
}

function Asked({ revision, onClose }: { revision: number; onClose: () => void }) {
  const query = useQuery({
    // Events do not make it old: those of the rollback itself would. What came in between, the server refuses.
    queryKey: ["rollback", revision],
    gcTime: 0,
    queryFn: ({ signal }) => ask(api().POST("/v1/fed/rollback", { body: { revision, dry_run: true }, signal })),
    retry: false,
  });
  if (query.isError && query.fetchStatus !== "fetching") {
    return (
      <Refusal
        title="It cannot be rolled back now"
        problem={asProblem(query.error)}
        retry={() => void query.refetch()}
      />
    );
  }
  if (query.data === undefined) {
    return <Loading what="what it comes to" />;
  }
  return <Confirmed revision={revision} report={query.data} onClose={onClose} again={() => void query.refetch()} />;
}

interface ConfirmedProps {
  revision: number;
  report: Wire["ChangeReport"];
  onClose: () => void;
  /** Asks anew what it comes to. */
  again: () => void;
}

function Confirmed({ revision, report, onClose, again }: ConfirmedProps) {
  const client = useQueryClient();
  const { deltas, clusters, problems } = report;
  const doIt = useMutation({
    mutationFn: () => askWhole(api().POST("/v1/fed/rollback", { body: { revision, if_revision: report.revision } })),
    onSuccess: ({ data }) => {
      onClose();
      for (const about of ["policy", "revisions", "history", "matrix", "status", "change"]) {
        void client.invalidateQueries({ queryKey: [about] });
      }
      notifications.show({
        title: `The policy is again that of revision ${count(revision)}`,
        message: `That is a change set of its own: revision ${count(data.revision)}.`,
      });
    },
  });
  if (deltas.length === 0) {
    return <Text size="sm">The policy is the same now as at revision {count(revision)}: there is nothing to do.</Text>;
  }
  return (
    <Stack gap="sm">
      <Text size="sm">
        {deltas.length === 1 ? "One object changes" : `${count(deltas.length)} objects change`} for{" "}
        {clusters.length === 1 ? "one cluster" : `${count(clusters.length)} clusters`}, all at once. Nothing is lost: it
        is a new change set, and can be rolled back, too.
      </Text>
      {clusters.length > 0 && <NameCloud names={clusters} what="the clusters it is for" />}
      {problems.length > 0 && (
        <Alert color="red" variant="light" title="The server would refuse it">
          {problems.map((p, i) => (
            <div key={i}>{p.message}</div>
          ))}
        </Alert>
      )}
      <DeltaList deltas={deltas} />
      {doIt.isError && (
        <Refusal
          problem={asProblem(doIt.error)}
          retry={() => {
            doIt.reset();
            again();
          }}
        />
      )}
      <Group justify="flex-end" className={classes.foot ?? ""}>
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it as it is
        </Button>
        {problems.length === 0 && (
          <Button color="red" loading={doIt.isPending} onClick={() => doIt.mutate()}>
            Roll back
          </Button>
        )}
      </Group>
    </Stack>
  );
}
