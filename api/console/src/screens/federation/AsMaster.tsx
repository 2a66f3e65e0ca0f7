import { Code, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ask, asProblem } from "../../api.ts";
import { useWhyNot } from "../../hooks/may.ts";
import type { Member } from "../../hooks/self.ts";
import { useApi } from "../../hooks/target.ts";
import { Act } from "../../ui/Act.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { count } from "../../ui/number.ts";
import { Card } from "./Card.tsx";
import { TokenForm } from "./TokenForm.tsx";
import { TokenList } from "../../parts/TokenList.tsx";

/** A master admits clusters, and may end its federation. */
export function AsMaster({ member, name }: { member: Member; name: string }) {
  const remotes = member.joint_clusters.length;
  const address = member.master_cluster?.rest_info;
  return (
    <Stack>
      <Card
        title="Admit clusters"
        about={
          <>
            {name} is the master of {count(remotes)} {remotes === 1 ? "remote" : "remotes"}
            {address !== undefined && (
              <>
                , reached at{" "}
                <Code>
                  {address.server}:{address.port}
                </Code>
              </>
            )}
            . Make a token here and paste it into the console of the cluster that is to join.
          </>
        }
      >
        <TokenForm />
      </Card>
      <Card title="Join tokens" about="Without their texts: those were shown once.">
        <TokenList />
      </Card>
      <Demote name={name} remotes={remotes} />
    </Stack>
  );
}

function Demote({ name, remotes }: { name: string; remotes: number }) {
  const api = useApi();
  const client = useQueryClient();
  const whyNot = useWhyNot();
  const [isOpen, dialog] = useDisclosure();
  const demote = useMutation({
    mutationFn: () => ask(api.POST("/v1/fed/demote")),
    onSuccess: () => {
      dialog.close();
      return client.invalidateQueries();
    },
  });
  return (
    <Card
      title="End the federation"
      about="The master and every remote are standalone again. Federated rules go away everywhere."
    >
      <Act color="red" variant="light" w="fit-content" whyNot={whyNot("manage-membership")} onClick={dialog.open}>
        Demote…
      </Act>
      <Confirm
        opened={isOpen}
        onClose={dialog.close}
        title={`End the federation of ${name}?`}
        verb="Demote"
        isDangerous
        isBusy={demote.isPending}
        problem={demote.isError ? asProblem(demote.error) : null}
        onConfirm={() => demote.mutate()}
      >
        {count(remotes)} {remotes === 1 ? "remote loses" : "remotes lose"} the federated rules and keep only their own.
        All tokens end. Export the policy first if you may want it again.
      </Confirm>
    </Card>
  );
}
