import { Alert, Group, Text } from "@mantine/core";
import { IconGitPullRequestDraft } from "@tabler/icons-react";
import type { Scope } from "../../hooks/draft.ts";
import { ButtonLink } from "../../ui/links.tsx";
import { count } from "../../ui/number.ts";
import type { Staging } from "./staging.ts";

/** Says what is staged and not published, in each scope, and leads to where that is done. */
export function StagedBars({ staging }: { staging: Staging }) {
  return (
    <>
      {(["fed", "local"] as const).map((scope) => {
        const edits = staging.edits[scope].length;
        return edits > 0 && <StagedBar key={scope} scope={scope} edits={edits} />;
      })}
    </>
  );
}

function StagedBar({ scope, edits }: { scope: Scope; edits: number }) {
  const where = scope === "fed" ? "the federated policy" : "this cluster's own policy";
  return (
    <Alert
      role="status"
      color="yellow"
      variant="light"
      p="xs"
      icon={<IconGitPullRequestDraft aria-hidden />}
      title={null}
    >
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {count(edits)} staged {edits === 1 ? "edit" : "edits"} in {where}. Nothing is in force before it is published.
        </Text>
        <ButtonLink to="/changes" search={(old) => ({ at: old.at, scope })} size="xs">
          Review and publish
        </ButtonLink>
      </Group>
    </Alert>
  );
}
