import { Button, Loader, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, asProblem, ask } from "../../../api.ts";
import { useWhyNot } from "../../../hooks/may.ts";
import { useTarget } from "../../../hooks/target.ts";
import { TextLink } from "../../../ui/links.tsx";
import type { ChangeSet } from "./useChangeSets.ts";

/** The record of a command is made right after it: so much later it is surely there. */
const afterMs = 5 * 60_000;

/** From where a change set was asked for, on demand, for those who may know. */
export function Origin({ set: { command, at: time } }: { set: ChangeSet }) {
  const at = useTarget();
  const whyNot = useWhyNot()("read-audit");
  const [isWanted, setWanted] = useState(false);
  const query = useQuery({
    queryKey: ["audit", at, "of", command],
    queryFn: async ({ signal }) => {
      const until = new Date(Date.parse(time) + afterMs).toISOString();
      const params = { query: { command, until, limit: 1 } };
      return (await ask(api(at).GET("/v1/fed/audit", { params, signal }))).records[0] ?? null;
    },
    enabled: isWanted && whyNot === undefined,
    staleTime: Infinity,
  });
  if (whyNot !== undefined) {
    return <Text inherit>for administrators to see</Text>;
  }
  if (!isWanted) {
    return (
      <Button size="compact-sm" variant="subtle" onClick={() => setWanted(true)}>
        Look it up
      </Button>
    );
  }
  if (query.isError) {
    return <Text inherit>{asProblem(query.error).message}</Text>;
  }
  if (query.data === undefined) {
    return <Loader size="xs" aria-label="Reading the audit" />;
  }
  return query.data === null ? (
    <Text inherit>not recorded: fedhub itself did it, or it was before such records were kept</Text>
  ) : (
    <Text inherit>
      {query.data.client}, {query.data.method} {query.data.path}{" "}
      <TextLink to="/history" search={{ tab: "audit", command }} inherit>
        in the audit
      </TextLink>
    </Text>
  );
}
