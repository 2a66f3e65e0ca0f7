import { Stack, Text } from "@mantine/core";
import { DeltaList } from "../../../parts/DeltaView.tsx";
import { count } from "../../../ui/number.ts";
import { Empty, Shown } from "../../../ui/Screen.tsx";
import { inOrder, type Moment, type Tick } from "./moments.ts";
import { useDiff } from "./useTime.ts";

interface Props {
  ticks: readonly Tick[];
  a: Moment;
  b: Moment;
  cluster: string | undefined;
}

/** What became of the policy from the older to the newer of two moments. */
export function Compared({ ticks, a, b, cluster }: Props) {
  const { from, to } = inOrder(ticks, a, b);
  const view = useDiff(from, to, cluster);
  return (
    <Shown view={view} what="the difference">
      {({ from: older, to: newer, deltas }) =>
        deltas.length === 0 ? (
          <Empty title="The policy is the same at both moments." />
        ) : (
          <Stack gap="xs">
            <Text size="sm">
              {count(deltas.length)} {deltas.length === 1 ? "object differs" : "objects differ"} between revision{" "}
              {count(older.revision)} and revision {count(newer.revision)}.
            </Text>
            <DeltaList deltas={deltas} />
          </Stack>
        )
      }
    </Shown>
  );
}
