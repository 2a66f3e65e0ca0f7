import { Button, Group, Text } from "@mantine/core";
import { count } from "../../ui/number.ts";
import type { RowActions } from "./actions.ts";
import type { PolicyKind } from "./kind.ts";
import type { LaidRow } from "./rows.ts";

interface Props<O> {
  of: PolicyKind<O>;
  rows: readonly LaidRow<O>[];
  actions: RowActions<O>;
  onDone: () => void;
}

/** What can be done to all chosen rows at once. */
export function BulkBar<O>({ of, rows, actions, onDone }: Props<O>) {
  if (rows.length === 0) {
    return null;
  }
  const local = rows.filter((row) => row.scope === "local" && row.staged !== "created");
  const then = (act: () => void) => () => {
    act();
    onDone();
  };
  return (
    <Group gap="xs" role="group" aria-label="Actions for the chosen rows">
      <Text size="sm" fw={600} role="status">
        {count(rows.length)} chosen
      </Text>
      {of.toggle !== undefined && (
        <>
          <Button size="xs" variant="default" onClick={then(() => actions.toggle(rows, true))}>
            Enable
          </Button>
          <Button size="xs" variant="default" onClick={then(() => actions.toggle(rows, false))}>
            Disable
          </Button>
        </>
      )}
      {actions.promote !== undefined && local.length > 0 && (
        <Button size="xs" variant="default" onClick={() => actions.promote?.(local)}>
          Make federated
        </Button>
      )}
      <Button size="xs" color="red" variant="light" onClick={then(() => actions.remove(rows))}>
        Delete
      </Button>
      <Button size="xs" variant="subtle" color="gray" onClick={onDone}>
        Choose none
      </Button>
    </Group>
  );
}
