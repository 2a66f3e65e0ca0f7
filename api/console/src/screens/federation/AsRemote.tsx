import { Checkbox, Code } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask, asProblem } from "../../api.ts";
import { useWhyNot } from "../../hooks/may.ts";
import type { Member } from "../../hooks/self.ts";
import { useApi } from "../../hooks/target.ts";
import { WordBadge } from "../../parts/WordBadge.tsx";
import { statusWord } from "../../parts/words.ts";
import { Act } from "../../ui/Act.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { Card } from "./Card.tsx";

interface Props {
  member: Member;
  name: string;
  /** Whether the page is the master's, which speaks to this remote. */
  isSwitched: boolean;
}

/** A remote knows its master, and may leave it. */
export function AsRemote({ member, name, isSwitched }: Props) {
  const master = member.master_cluster;
  const whyNot = useWhyNot();
  const [isOpen, dialog] = useDisclosure();
  const reason = isSwitched
    ? "A remote leaves at its own console; from here the master removes it, on the page of the cluster."
    : whyNot("manage-membership");
  return (
    <Card
      title={`${name} is a remote`}
      about={
        master !== undefined && (
          <>
            Its master is <b>{master.name}</b> at{" "}
            <Code>
              {master.rest_info.server}:{master.rest_info.port}
            </Code>
            . Federated rules come first here and cannot be changed here.
          </>
        )
      }
      actions={
        master !== undefined && master.status !== "" ? <WordBadge word={statusWord(master.status)} /> : undefined
      }
    >
      <Act color="red" variant="light" w="fit-content" whyNot={reason} onClick={dialog.open}>
        Leave…
      </Act>
      {isOpen && <Leave name={name} onClose={dialog.close} />}
    </Card>
  );
}

function Leave({ name, onClose }: { name: string; onClose: () => void }) {
  const api = useApi();
  const client = useQueryClient();
  const [isForced, force] = useState(false);
  const leave = useMutation({
    mutationFn: () => ask(api.POST("/v1/fed/leave", { body: { force: isForced } })),
    onSuccess: () => {
      onClose();
      return client.invalidateQueries();
    },
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title={`Leave the federation?`}
      verb="Leave"
      isDangerous
      isBusy={leave.isPending}
      problem={leave.isError ? asProblem(leave.error) : null}
      onConfirm={() => leave.mutate()}
    >
      {name} is standalone again: the federated rules go away at once, its own stay. To come back it needs a new token.
      <Checkbox
        mt="sm"
        label="Leave also when the master cannot be told"
        description="The master then lists this cluster as disconnected until it is removed there."
        checked={isForced}
        onChange={(e) => force(e.currentTarget.checked)}
      />
    </Confirm>
  );
}
