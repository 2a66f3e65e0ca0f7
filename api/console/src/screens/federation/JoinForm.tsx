import { Alert, List, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ask, asProblem } from "../../api.ts";
import { useWhyNot } from "../../hooks/may.ts";
import { useNow } from "../../hooks/now.ts";
import { useApi } from "../../hooks/target.ts";
import { AddressFields } from "../../parts/AddressFields.tsx";
import { Act } from "../../ui/Act.tsx";
import { distance } from "../../ui/Moment.tsx";
import { Refusal } from "../../ui/Refusal.tsx";
import { AddressHint } from "./AddressHint.tsx";
import { Card } from "./Card.tsx";
import { checkName, checkPort, checkServer, masterPort } from "../../parts/checks.ts";
import { readJoinToken, type JoinToken } from "./joinToken.ts";

/** Makes a standalone cluster a remote. The pasted token says where the master is. */
export function JoinForm({ name }: { name: string }) {
  const api = useApi();
  const client = useQueryClient();
  const whyNot = useWhyNot();
  const form = useForm({
    initialValues: { token: "", name, server: "", port: masterPort },
    validate: {
      token: (value) => {
        const read = readJoinToken(value);
        return typeof read === "string" ? read : null;
      },
      name: checkName,
      server: checkServer,
      port: checkPort,
    },
  });
  const join = useMutation({
    mutationFn: (v: typeof form.values) =>
      ask(
        api.POST("/v1/fed/join", {
          body: { join_token: v.token.trim(), name: v.name, server: v.server, port: v.port },
        }),
      ),
    onSuccess: () => client.invalidateQueries(),
  });
  const token = readJoinToken(form.values.token);
  const paste = (text: string) => {
    form.setFieldValue("token", text);
    const read = readJoinToken(text);
    if (typeof read !== "string") {
      form.setValues({ server: read.host, port: read.port });
      form.clearErrors();
    }
  };
  return (
    <Card
      title="Join a federation"
      about={
        <List size="sm" spacing={2}>
          <List.Item>
            This cluster becomes a remote: it takes the federated rules of its master, before its own.
          </List.Item>
          <List.Item>It connects outward to the master only; nothing needs to reach this cluster.</List.Item>
          <List.Item>The master&apos;s fedAdmins may work here. Its own rules and users stay.</List.Item>
        </List>
      }
    >
      <form onSubmit={form.onSubmit((values) => join.mutate(values))} aria-label="Join a federation">
        <Stack gap="sm">
          <Textarea
            label="Join token"
            description="One line, made at the master under Federation."
            autosize
            minRows={3}
            maxRows={5}
            spellCheck={false}
            autoComplete="off"
            {...form.getInputProps("token")}
            onChange={(e) => paste(e.currentTarget.value)}
          />
          {typeof token !== "string" && <TokenFacts token={token} />}
          <AddressFields
            label="Address of the master"
            description="From the token; change it if you reach the master by another way."
            portDescription="Of its service fed-master."
            server={form.getInputProps("server")}
            port={form.getInputProps("port")}
          />
          <TextInput
            label="Name of this cluster"
            description="As the fleet will show it."
            {...form.getInputProps("name")}
          />
          <AddressHint service="fed-master">
            At the master: the EXTERNAL-IP of fed-master is what this cluster must reach.
          </AddressHint>
          {join.isError && <Refusal title="Not joined" problem={asProblem(join.error)} />}
          <Act type="submit" loading={join.isPending} whyNot={whyNot("manage-membership")}>
            Join
          </Act>
        </Stack>
      </form>
    </Card>
  );
}

function TokenFacts({ token }: { token: JoinToken }) {
  const left = token.expires.getTime() - useNow();
  const when = distance(left);
  return left > 0 ? (
    <Alert color="teal" variant="light" p="xs" role="status">
      Token {token.id} of the master at {token.host}:{token.port}, valid until {when}.
    </Alert>
  ) : (
    <Alert color="red" variant="light" p="xs" role="status">
      Token {token.id} expired {when}. Ask for a new one at the master.
    </Alert>
  );
}
