import { Button, Group, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconSend, IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useDraft, type Draft, type Scope } from "../../hooks/draft.ts";
import { useWhyNot } from "../../hooks/may.ts";
import { Act } from "../../ui/Act.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { ButtonLink } from "../../ui/links.tsx";
import { count } from "../../ui/number.ts";
import { Empty, Screen } from "../../ui/Screen.tsx";
import { useDryRun, type DryRun } from "./dryRun.ts";
import { Edits } from "./Edits.tsx";
import { Outcome } from "./Outcome.tsx";
import { PublishDialog } from "./PublishDialog.tsx";
import { PublishedPanel } from "./PublishedPanel.tsx";
import { failureOf, usePublish, type Order, type Published } from "./publish.ts";
import { UnknownOutcome } from "./UnknownOutcome.tsx";

interface Props {
  scope: Scope;
  published: Published | undefined;
  onPublished: (published: Published | undefined) => void;
  scopes: ReactNode;
}

/** One change set, from its edits to what became of it. */
export function DraftScreen({ scope, published, onPublished, scopes }: Props) {
  const { draft, drop, clear, rebase } = useDraft(scope);
  const [isPublishing, dialog] = useDisclosure();
  const { publish, failure, sent, send } = useSending(scope, draft, (done) => {
    clear();
    dialog.close();
    onPublished(done);
  });
  const run = useDryRun(scope, draft, publish.isPending);
  const isUnknown = failure?.is === "unknown" || failure?.is === "partly";
  const whyNot = useWhyNot()(scope === "fed" ? "write-federal" : "write-local") ?? reasonOf(run, draft, isUnknown);
  const isEmpty = draft.edits.length === 0;
  const close = () => {
    dialog.close();
    if (!isUnknown) {
      publish.reset();
    }
  };
  const stored = () => {
    clear();
    publish.reset();
  };
  return (
    <Screen
      title="Change set"
      about="Edits wait here until they are published together. Until then only this browser knows them."
      actions={
        !isEmpty && <Actions count={draft.edits.length} whyNot={whyNot} onDrop={clear} onPublish={dialog.open} />
      }
    >
      {scopes !== false && <Group>{scopes}</Group>}
      {published !== undefined && <PublishedPanel published={published} onClose={() => onPublished(undefined)} />}
      {isUnknown && sent !== undefined && !isPublishing && (
        <UnknownOutcome scope={scope} sent={sent} failure={failure} onStored={stored} onGoOn={publish.reset} />
      )}
      {isEmpty ? (
        published === undefined && <NothingThere />
      ) : (
        <Stack gap="md">
          {!(isUnknown && run.is === "conflict") && <Outcome scope={scope} draft={draft} run={run} onRebase={rebase} />}
          <Edits draft={draft} run={run} onDrop={drop} />
        </Stack>
      )}
      <PublishDialog
        opened={isPublishing && !isEmpty}
        scope={scope}
        run={run}
        failure={failure}
        isBusy={publish.isPending}
        onPublish={send}
        onClose={close}
      />
    </Screen>
  );
}

/** Sends a change set; a rollout is followed on its own page. */
function useSending(scope: Scope, draft: Draft, onDone: (published: Published | undefined) => void) {
  const navigate = useNavigate();
  const [sent, setSent] = useState<Draft>();
  const publish = usePublish(scope, (done) => {
    const { rollout } = done.report;
    onDone(rollout === "" ? done : undefined);
    if (rollout !== "") {
      void navigate({ to: "/rollouts/$rollout", params: { rollout } });
    }
  });
  const send = (rollout: Order["rollout"]) => {
    setSent(draft);
    publish.mutate(rollout === undefined ? { draft } : { draft, rollout });
  };
  return { publish, failure: publish.isError ? failureOf(publish.error) : undefined, sent, send };
}

interface ActionsProps {
  count: number;
  whyNot: string | undefined;
  onDrop: () => void;
  onPublish: () => void;
}

function Actions({ count: n, whyNot, onDrop, onPublish }: ActionsProps) {
  return (
    <>
      <DropAll count={n} onDrop={onDrop} />
      <Act whyNot={whyNot} onClick={onPublish} leftSection={<IconSend size={16} aria-hidden />}>
        Publish…
      </Act>
    </>
  );
}

/** Why the change set cannot be published now. */
function reasonOf(run: DryRun, draft: Draft, isUnknown: boolean): string | undefined {
  if (isUnknown) {
    return "Find out first what became of the last try.";
  }
  switch (run.is) {
    case "working":
      return "What it would change is being worked out.";
    case "conflict":
      return "The policy has changed since; look at it again on the newest first.";
    case "refused":
      return "The server refuses it as it is.";
    case "known":
      if (run.report.problems.length > 0) {
        return "Something in it is wrong; see beside the edits.";
      }
      if (run.isOld || run.edits !== draft.edits) {
        return "What it would change is being worked out.";
      }
      return run.report.events === 0 ? "It changes nothing: the policy is so already." : undefined;
  }
}

function DropAll({ count: n, onDrop }: { count: number; onDrop: () => void }) {
  const [opened, confirm] = useDisclosure();
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={16} aria-hidden />} onClick={confirm.open}>
        Drop all
      </Button>
      <Confirm
        opened={opened}
        title="Drop the change set?"
        verb={n === 1 ? "Drop the edit" : `Drop ${count(n)} edits`}
        isDangerous
        onClose={confirm.close}
        onConfirm={() => {
          confirm.close();
          onDrop();
        }}
      >
        The policy stays as it is. What was edited here is lost, and cannot be brought back.
      </Confirm>
    </>
  );
}

function NothingThere() {
  return (
    <Empty title="No edits are waiting.">
      Edit groups, rules, profiles, sensors or webhooks: each edit is gathered here, and all of them are published as
      one.
      <Group justify="center" mt="sm">
        <ButtonLink to="/policy/$kind" params={{ kind: "network" }} variant="default">
          To the policy
        </ButtonLink>
      </Group>
    </Empty>
  );
}
