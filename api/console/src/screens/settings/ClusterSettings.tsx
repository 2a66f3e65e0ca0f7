import { Alert, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ask, asProblem } from "../../api.ts";
import { useWhyNot } from "../../hooks/may.ts";
import { useMember, useSelf, type Member, type Version } from "../../hooks/self.ts";
import { useApi } from "../../hooks/target.ts";
import { checkName, checkPort, checkServer } from "../../parts/checks.ts";
import { AddressFields } from "../../parts/AddressFields.tsx";
import { Act } from "../../ui/Act.tsx";
import { TextLink } from "../../ui/links.tsx";
import { Refusal } from "../../ui/Refusal.tsx";
import { Shown } from "../../ui/Screen.tsx";

/** Name and address of the cluster. */
export function ClusterSettings() {
  const member = useMember();
  const self = useSelf();
  return (
    <Shown view={self} what="the cluster">
      {(version) => (
        <Shown view={member} what="the membership">
          {(m) => <Form key={`${version.name} ${m.local_rest_info.server}`} version={version} member={m} />}
        </Shown>
      )}
    </Shown>
  );
}

function Form({ version, member }: { version: Version; member: Member }) {
  const api = useApi();
  const client = useQueryClient();
  const whyNot = useWhyNot();
  const address =
    (member.fed_role === "master" ? member.master_cluster?.rest_info : undefined) ?? member.local_rest_info;
  const form = useForm({
    initialValues: { name: version.name, server: address.server, port: address.port },
    validate: { name: checkName, server: checkServer, port: checkPort },
  });
  const save = useMutation({
    mutationFn: ({ name, server, port }: typeof form.values) =>
      ask(
        api.PATCH("/v1/fed/config", {
          body: {
            ...(name === version.name ? {} : { name }),
            ...(server === address.server && port === address.port ? {} : { rest_info: { server, port } }),
          },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries();
      notifications.show({ color: "teal", message: "Saved." });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} aria-label="Cluster">
      <Stack maw={560}>
        <TextInput
          label="Name"
          description="As the fleet and every console shows it."
          {...form.getInputProps("name")}
        />
        <AddressFields
          label="Address"
          description={
            member.fed_role === "master"
              ? "Where remotes reach fed-master; fixed while there are remotes."
              : "Where people reach this console."
          }
          portDescription="From 1 to 65535."
          server={form.getInputProps("server")}
          port={form.getInputProps("port")}
        />
        {save.isError && <Refusal title="Not saved" problem={asProblem(save.error)} />}
        <Act type="submit" w="fit-content" loading={save.isPending} whyNot={whyNot("manage-membership")}>
          Save
        </Act>
        <Alert variant="light" color="gray" role="note">
          <Text size="sm" component="div">
            Id <code>{version.id}</code>, fedhub {version.version}. Its place in a federation and the join tokens are
            under <TextLink to="/federation">Federation</TextLink>, webhooks under{" "}
            <TextLink to="/policy/$kind" params={{ kind: "webhook" }}>
              Webhooks
            </TextLink>
            .
          </Text>
        </Alert>
      </Stack>
    </form>
  );
}
