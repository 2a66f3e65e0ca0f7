import { Button, Checkbox, Group, Modal, NumberInput, PasswordInput, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ask, asProblem, type Wire } from "../../api.ts";
import { useApi } from "../../hooks/target.ts";
import { Refusal } from "../../ui/Refusal.tsx";

interface Props {
  roles: string[];
  /** The user that is changed; a new one is made when it is missing. */
  user?: Wire["User"];
  onClose: () => void;
}

/** Makes or changes a user. The server says what a password must be like. */
export function UserForm({ roles, user, onClose }: Props) {
  const api = useApi();
  const client = useQueryClient();
  const form = useForm({
    initialValues: {
      username: user?.username ?? "",
      fullname: user?.fullname ?? "",
      role: user?.role ?? "reader",
      timeout: user?.timeout ?? 300,
      password: "",
      mustChange: true,
    },
    validate: {
      username: (v) => (v === "" ? "Give the user a name." : null),
      password: (v) => (user === undefined && v === "" ? "Give the user a first password." : null),
      timeout: (v) => (v >= 30 && v <= 3600 ? null : "From 30 to 3600 seconds."),
    },
  });
  const save = useMutation({
    mutationFn: async (v: typeof form.values) => {
      const { username, fullname, role, timeout, password, mustChange } = v;
      if (user === undefined) {
        await ask(
          api.POST("/v1/user", {
            body: { user: { username, fullname, role, timeout, password, modify_password: mustChange } },
          }),
        );
        return;
      }
      const config = { username, fullname, timeout, ...(role === user.role ? {} : { role }) };
      await ask(
        api.PATCH("/v1/user/{name}", {
          params: { path: { name: username } },
          body: { config: password === "" ? config : { ...config, new_password: password } },
        }),
      );
    },
    onSuccess: () => {
      onClose();
      return client.invalidateQueries({ queryKey: ["users"] });
    },
  });
  return (
    <Modal opened onClose={onClose} title={user === undefined ? "A new user" : `Change ${user.username}`} centered>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack>
          <TextInput
            label="User"
            autoComplete="off"
            disabled={user !== undefined}
            data-autofocus={user === undefined}
            {...form.getInputProps("username")}
          />
          <TextInput label="Full name" autoComplete="off" {...form.getInputProps("fullname")} />
          <Select
            label="Role"
            data={roles.filter((role) => role !== "")}
            allowDeselect={false}
            {...form.getInputProps("role")}
          />
          <NumberInput
            label="Idle time (seconds)"
            description="A session without a sign of life ends after it."
            min={30}
            max={3600}
            {...form.getInputProps("timeout")}
          />
          <PasswordInput
            label={user === undefined ? "First password" : "New password"}
            description={user === undefined ? "To be given to the user." : "Empty: it stays as it is."}
            autoComplete="new-password"
            {...form.getInputProps("password")}
          />
          {user === undefined && (
            <Checkbox
              label="They choose their own at the first login"
              {...form.getInputProps("mustChange", { type: "checkbox" })}
            />
          )}
          {save.isError && <Refusal title="Not saved" problem={asProblem(save.error)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
