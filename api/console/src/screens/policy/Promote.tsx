import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, asProblem, ask } from "../../api.ts";
import { Confirm } from "../../ui/Confirm.tsx";

interface Props {
  kind: string;
  /** Numbers of the rules; none: nothing is asked. */
  names: readonly string[];
  onClose: () => void;
  onDone: () => void;
}

/** Asks before the cluster's own rules are made federated ones, which the server does at once. */
export function Promote({ kind, names, onClose, onDone }: Props) {
  const client = useQueryClient();
  const promote = useMutation({
    mutationFn: async () => {
      const body = { request: { ids: names.map(Number) } };
      if (kind === "admission") {
        await ask(api().POST("/v1/admission/rule/promote", { body }));
      } else {
        await ask(api().POST("/v1/policy/rules/promote", { body }));
      }
    },
    onSuccess: async () => {
      notifications.show({
        message: names.length === 1 ? "The rule has a federated copy." : "The rules have federated copies.",
      });
      onDone();
      await client.invalidateQueries({ queryKey: ["policy"] });
    },
  });
  return (
    <Confirm
      opened={names.length > 0}
      title={names.length === 1 ? `Make rule ${names[0] ?? ""} federated?` : `Make ${names.length} rules federated?`}
      verb="Make federated now"
      isBusy={promote.isPending}
      problem={promote.error === null ? null : asProblem(promote.error)}
      onConfirm={() => promote.mutate()}
      onClose={() => {
        promote.reset();
        onClose();
      }}
    >
      A federated copy comes to the end of the federated rules, with copies of the groups that it speaks of. It goes to
      every cluster at once; this is not staged. The rule itself stays.
    </Confirm>
  );
}
