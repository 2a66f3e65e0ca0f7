import { Badge, Button, Group, Stack, Table } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ask, asProblem, type Wire } from "../../api.ts";
import { useWhyNot } from "../../hooks/may.ts";
import { useApi, useTarget } from "../../hooks/target.ts";
import { useView } from "../../hooks/view.ts";
import { Act } from "../../ui/Act.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { duration } from "../../ui/number.ts";
import { Shown } from "../../ui/Screen.tsx";
import { UserForm } from "./UserForm.tsx";

type User = Wire["User"];
type Open = { is: "nothing" } | { is: "new" } | { is: "edit"; user: User } | { is: "remove"; user: User };

/** The users of the cluster and their roles. */
export function Users() {
  const at = useTarget();
  const api = useApi();
  const whyNot = useWhyNot();
  const [open, setOpen] = useState<Open>({ is: "nothing" });
  const close = () => setOpen({ is: "nothing" });
  const view = useView(
    useQuery({ queryKey: ["users", at], queryFn: ({ signal }) => ask(api.GET("/v1/user", { signal })) }),
  );
  return (
    <Shown view={view} what="the users">
      {({ users, global_roles: roles }) => (
        <Stack>
          <Act w="fit-content" whyNot={whyNot("manage-users")} onClick={() => setOpen({ is: "new" })}>
            Add a user
          </Act>
          <Table.ScrollContainer minWidth={560}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>User</Table.Th>
                  <Table.Th>Full name</Table.Th>
                  <Table.Th>Role</Table.Th>
                  <Table.Th ta="right">Idle time</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th>Change</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {users.map((user) => (
                  <Row
                    key={user.username}
                    user={user}
                    whyNot={whyNot("manage-users")}
                    onEdit={() => setOpen({ is: "edit", user })}
                    onRemove={() => setOpen({ is: "remove", user })}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {open.is === "new" && <UserForm roles={roles} onClose={close} />}
          {open.is === "edit" && <UserForm roles={roles} user={open.user} onClose={close} />}
          {open.is === "remove" && <Remove user={open.user} onClose={close} />}
        </Stack>
      )}
    </Shown>
  );
}

interface RowProps {
  user: User;
  whyNot: string | undefined;
  onEdit: () => void;
  onRemove: () => void;
}

function Row({ user, whyNot, onEdit, onRemove }: RowProps) {
  return (
    <Table.Tr>
      <Table.Td>{user.username}</Table.Td>
      <Table.Td>{user.fullname}</Table.Td>
      <Table.Td>
        <Badge variant="light" tt="none" color={user.role.startsWith("fed") ? "violet" : "gray"}>
          {user.role}
        </Badge>
      </Table.Td>
      <Table.Td ta="right">{duration(user.timeout * 1_000)}</Table.Td>
      <Table.Td>
        {user.blocked_for_failed_login || user.blocked_for_password_expired ? (
          <Badge color="red" variant="light" tt="none">
            {user.blocked_for_failed_login ? "blocked after wrong passwords" : "password expired"}
          </Badge>
        ) : (
          "active"
        )}
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          {whyNot === undefined ? (
            <>
              <Button size="compact-sm" variant="default" onClick={onEdit} aria-label={`Change ${user.username}`}>
                Change
              </Button>
              <Button
                size="compact-sm"
                variant="light"
                color="red"
                onClick={onRemove}
                aria-label={`Remove ${user.username}`}
              >
                Remove
              </Button>
            </>
          ) : (
            "–"
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function Remove({ user, onClose }: { user: User; onClose: () => void }) {
  const api = useApi();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => ask(api.DELETE("/v1/user/{name}", { params: { path: { name: user.username } } })),
    onSuccess: () => {
      onClose();
      return client.invalidateQueries({ queryKey: ["users"] });
    },
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title={`Remove ${user.username}?`}
      verb="Remove"
      isDangerous
      isBusy={remove.isPending}
      problem={remove.isError ? asProblem(remove.error) : null}
      onConfirm={() => remove.mutate()}
    >
      Their sessions end at once. What they did stays in the history.
    </Confirm>
  );
}
