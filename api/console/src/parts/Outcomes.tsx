import { Alert, List, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import type { Outcome } from "../hooks/resync.ts";
import { count } from "../ui/number.ts";

/** So many of those that are not done are named. */
const mostNamed = 100;

/** What became of a resync, cluster by cluster where it is not done. */
export function Outcomes({ outcomes }: { outcomes: readonly Outcome[] }) {
  const failed = outcomes.filter((o) => !o.done);
  const done = outcomes.length - failed.length;
  const [first] = outcomes;
  const title =
    outcomes.length === 1 && first?.done === true
      ? `${first.name} fetched everything again and is in sync at revision ${count(first.revision)}.`
      : `${count(done)} of ${count(outcomes.length)} fetched everything again and are in sync.`;
  return (
    <Alert
      role="status"
      color={failed.length === 0 ? "teal" : "yellow"}
      variant="light"
      icon={failed.length === 0 ? <IconCircleCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={title}
    >
      {failed.length > 0 && (
        <List size="sm" mah={260} style={{ overflow: "auto" }} tabIndex={0} aria-label="Not done">
          {failed.slice(0, mostNamed).map((o) => (
            <List.Item key={o.id}>
              <Text span inherit fw={600}>
                {o.name === "" ? o.id : o.name}
              </Text>
              : {o.reason === "" ? `not done yet, at revision ${count(o.revision)}` : o.reason}
            </List.Item>
          ))}
          {failed.length > mostNamed && <List.Item>and {count(failed.length - mostNamed)} more</List.Item>}
        </List>
      )}
    </Alert>
  );
}
