import { Code, List, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ask, asProblem } from "../../api.ts";
import { useWhyNot } from "../../hooks/may.ts";
import type { Member } from "../../hooks/self.ts";
import { useApi } from "../../hooks/target.ts";
import { AddressFields } from "../../parts/AddressFields.tsx";
import { Act } from "../../ui/Act.tsx";
import { Refusal } from "../../ui/Refusal.tsx";
import { AddressHint } from "./AddressHint.tsx";
import { Card } from "./Card.tsx";
import { checkName, checkPort, checkServer, masterPort } from "../../parts/checks.ts";

/** Makes a standalone cluster the master of a new federation. */
export function PromoteForm({ member, name }: { member: Member; name: string }) {
  const api = useApi();
  const client = useQueryClient();
  const whyNot = useWhyNot();
  const form = useForm({
    initialValues: { name, server: member.local_rest_info.server, port: masterPort },
    validate: { name: checkName, server: checkServer, port: checkPort },
  });
  const promote = useMutation({
    mutationFn: (v: typeof form.values) =>
      ask(
        api.POST("/v1/fed/promote", { body: { name: v.name, master_rest_info: { server: v.server, port: v.port } } }),
      ),
    onSuccess: () => client.invalidateQueries(),
  });
  return (
    <Card
      title="Begin a federation"
      about={
        <List size="sm" spacing={2}>
          <List.Item>This cluster becomes the master: its federated rules go to every cluster that joins.</List.Item>
          <List.Item>It opens the service fed-master on the address below; no other cluster is ever dialed.</List.Item>
          <List.Item>You become a fedAdmin. Its own rules and users stay.</List.Item>
        </List>
      }
    >
      <form onSubmit={form.onSubmit((values) => promote.mutate(values))} aria-label="Promote to master">
        <Stack gap="sm">
          <TextInput label="Name of this cluster" {...form.getInputProps("name")} />
          <AddressFields
            label="Address of fed-master"
            description="As the other clusters reach it. Every token carries it."
            portDescription="11443 unless you map it."
            server={form.getInputProps("server")}
            port={form.getInputProps("port")}
          />
          <AddressHint service="fed-master">
            Take the <Code>EXTERNAL-IP</Code> of fed-master, or better a name that leads there: it is fixed once there
            is a remote. With a NodePort, take a node&apos;s address and the port behind the colon.
          </AddressHint>
          <Text size="xs">The clocks of all clusters must agree to within some minutes.</Text>
          {promote.isError && <Refusal title="Not promoted" problem={asProblem(promote.error)} />}
          <Act type="submit" loading={promote.isPending} whyNot={whyNot("manage-membership")}>
            Promote to master
          </Act>
        </Stack>
      </form>
    </Card>
  );
}
