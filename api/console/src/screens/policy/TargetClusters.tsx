import { Text } from "@mantine/core";
import { useFleet, type Cluster } from "../../hooks/fleet.ts";
import { matches, parseSelector } from "../../parts/selector.ts";
import { count } from "../../ui/number.ts";
import { TextLink } from "../../ui/links.tsx";
import { Shown } from "../../ui/Screen.tsx";

/** So many clusters are named. */
const named = 12;

/** Which clusters the targets of a federated object choose now. */
export function TargetClusters({ targets }: { targets: string }) {
  const fleet = useFleet();
  const parsed = parseSelector(targets);
  if (parsed.is === "wrong") {
    return <Text size="sm">These targets choose no cluster: {parsed.reason}</Text>;
  }
  return (
    <Shown view={fleet} what="the fleet">
      {({ clusters }) => {
        const all = [...clusters.values()];
        return (
          <Chosen targets={targets} chosen={all.filter((c) => matches(parsed.selector, c.labels))} total={all.length} />
        );
      }}
    </Shown>
  );
}

function Chosen({ targets, chosen, total }: { targets: string; chosen: readonly Cluster[]; total: number }) {
  const subject = targets === "" ? "Without targets it is for" : `Its targets, ${targets}, choose`;
  if (chosen.length === 0) {
    return (
      <Text size="sm">
        {subject} no cluster now, of {count(total)}.
      </Text>
    );
  }
  const shown = chosen.slice(0, named);
  return (
    <Text size="sm">
      {subject} {count(chosen.length)} of {count(total)} {total === 1 ? "cluster" : "clusters"} now:{" "}
      {shown.map((cluster, i) => (
        <span key={cluster.id}>
          {i > 0 && ", "}
          <TextLink to="/fleet/$cluster" params={{ cluster: cluster.id }} size="sm">
            {cluster.name}
          </TextLink>
        </span>
      ))}
      {chosen.length > named && ` and ${count(chosen.length - named)} more`}.
    </Text>
  );
}
