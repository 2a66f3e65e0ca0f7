import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, asProblem, ask } from "../../api.ts";
import type { Cluster } from "../../hooks/fleet.ts";
import { Refusal } from "../../ui/Refusal.tsx";

/** Gives the cluster that serves the page another name. */
export function RenameForm({ cluster, onDone }: { cluster: Cluster; onDone: () => void }) {
  const [name, setName] = useState(cluster.name);
  const client = useQueryClient();
  const rename = useMutation({
    mutationFn: () => ask(api().PATCH("/v1/fed/config", { body: { name: name.trim() } })),
    onSuccess: async () => {
      await client.invalidateQueries({
        predicate: (q) => ["version", "member", "fleet"].includes(String(q.queryKey[0])),
      });
      onDone();
    },
  });
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        rename.mutate();
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="What people call this cluster. Its id stays."
          value={name}
          onChange={(e) => setName(e.currentTarget.value)}
          data-autofocus
          required
        />
        {rename.isError && <Refusal title="Not renamed" problem={asProblem(rename.error)} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={rename.isPending}
            disabled={name.trim() === "" || name.trim() === cluster.name}
          >
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
