import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { stagedRevision, useStaged, type Rollout } from "../../hooks/rollouts.ts";
import { DeltaList } from "../../parts/DeltaView.tsx";
import { ButtonLink } from "../../ui/links.tsx";
import { count } from "../../ui/number.ts";
import { Empty, Shown } from "../../ui/Screen.tsx";

/** With so few objects what it changes is open at once. */
const few = 10;

/** What a rollout changes, as it was staged. */
export function Staged({ rollout }: { rollout: Rollout }) {
  const [isOpen, list] = useDisclosure(rollout.objects <= few);
  const view = useStaged(rollout, isOpen);
  return (
    <Stack gap="xs" component="section" aria-label="What it changes">
      <Group justify="space-between" gap="xs">
        <Title order={2} size="h4">
          What it changes ({count(rollout.objects)})
        </Title>
        <Group gap="xs">
          <ButtonLink
            size="compact-sm"
            variant="subtle"
            to="/history"
            search={{ revision: String(stagedRevision(rollout)) }}
          >
            In the history
          </ButtonLink>
          <Button size="compact-sm" variant="subtle" aria-expanded={isOpen} onClick={list.toggle}>
            {isOpen ? "Hide" : "Show"}
          </Button>
        </Group>
      </Group>
      {isOpen && (
        <Shown view={view} what="what it changes">
          {({ deltas, isAll }) => (
            <>
              {!isAll && (
                <Text size="sm">
                  These are the last {count(deltas.length)} of {count(rollout.objects)} objects; the history has them
                  all.
                </Text>
              )}
              {deltas.length === 0 ? <Empty title="Nothing can be shown of it." /> : <DeltaList deltas={deltas} />}
            </>
          )}
        </Shown>
      )}
    </Stack>
  );
}
