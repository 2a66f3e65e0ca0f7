import { Stack, Text, TextInput } from "@mantine/core";
import { useFleet, type Cluster } from "../../../../hooks/fleet.ts";
import { matches, parseSelector } from "../../../../parts/selector.ts";

interface Props {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  "data-path": string;
}

/** Which clusters a federated object is for, with those that the selector chooses now. */
export function TargetsField({ value, onChange, ...rest }: Props) {
  const parsed = parseSelector(value);
  return (
    <Stack gap={4}>
      <TextInput
        label="Clusters"
        description="A selector over the labels of clusters; empty for all. Labels are separated by commas, and all must fit."
        placeholder="env=prod,region in (eu,us)"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(e) => onChange(e.currentTarget.value)}
        {...rest}
      />
      <Text size="sm" role="status">
        {parsed.is === "selector" && <Chosen choose={(c) => matches(parsed.selector, c.labels)} />}
        {parsed.is === "wrong" && rest.error === undefined && parsed.reason}
      </Text>
    </Stack>
  );
}

const most = 8;

function Chosen({ choose }: { choose: (cluster: Cluster) => boolean }) {
  const fleet = useFleet();
  if (fleet.is === "loading" || fleet.is === "failed") {
    return null;
  }
  const all = [...fleet.data.clusters.values()];
  const chosen = all.filter(choose);
  const names = chosen.slice(0, most).map((c) => c.name);
  const more = chosen.length - names.length;
  return (
    <>
      Matches {chosen.length} of {all.length} {all.length === 1 ? "cluster" : "clusters"}
      {names.length > 0 && `: ${names.join(", ")}`}
      {more > 0 && ` and ${more} more`}.
    </>
  );
}
