import { Button, Group, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useCluster } from "../hooks/fleet.ts";
import { useHome } from "../hooks/self.ts";
import { useTarget } from "../hooks/target.ts";
import classes from "./Frame.module.css";
import { statusWord } from "./words.ts";

/** Says at which remote one works, for as long as one does. */
export function SwitchedBanner() {
  const at = useTarget();
  const cluster = useCluster(at);
  const home = useHome();
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
        {cluster ? ` – ${statusWord(cluster.status).label}` : cluster === null ? " – not in this federation" : ""}
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
