import { Button, Group, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { Feed } from "../feed.ts";
import { useFeed } from "../hooks/feed.ts";
import { useCluster, type Cluster } from "../hooks/fleet.ts";
import { useHome } from "../hooks/self.ts";
import { useTarget } from "../hooks/target.ts";
import classes from "./Frame.module.css";
import { statusWord } from "./words.ts";

/** Says at which remote one works, for as long as one does. */
export function SwitchedBanner() {
  const at = useTarget();
  const cluster = useCluster(at);
  const home = useHome();
  const feed = useFeed();
  const navigate = useNavigate();
  if (at === undefined) {
    return null;
  }
  const master = home.is === "live" || home.is === "stale" ? home.data.name : "the master";
  return (
    <Group
      className={classes.banner ?? ""}
      justify="space-between"
      wrap="nowrap"
      role="region"
      aria-label="Switched cluster"
    >
      <Text size="sm" fw={600} truncate>
        Remote {cluster?.name ?? at}, via master {master}
        {standing(cluster, feed)}
      </Text>
      <Button
        size="compact-xs"
        variant="white"
        color="dark"
        onClick={() => void navigate({ to: "/fleet", search: { at: undefined } })}
      >
        Back to {master}
      </Button>
    </Group>
  );
}

/** How the remote does; nothing that was so before the feed broke. */
function standing(cluster: Cluster | null | undefined, feed: Feed): string {
  if (feed.is === "stale") {
    return " – status not known now";
  }
  if (cluster === null) {
    return " – not in this federation";
  }
  return cluster === undefined ? "" : ` – ${statusWord(cluster.status).label}`;
}
