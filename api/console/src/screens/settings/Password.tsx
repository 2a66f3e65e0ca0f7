import { PasswordInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { api, ask, asProblem } from "../../api.ts";
import { useSignIn } from "../../hooks/session.ts";
import { useTarget } from "../../hooks/target.ts";
import { Act } from "../../ui/Act.tsx";
import { Refusal } from "../../ui/Refusal.tsx";

/** Everyone changes their own password, at the cluster where they logged in. */
export function Password() {
  const signIn = useSignIn();
  const isSwitched = useTarget() !== undefined;
  const username = signIn.is === "in" ? signIn.session.username : "";
  const form = useForm({
    initialValues: { password: "", next: "", again: "" },
    validate: {
      password: (v) => (v === "" ? "Give your present password." : null),
      next: (v) => (v === "" ? "Choose a new password." : null),
      again: (v, all) => (v === all.next ? null : "The two are not the same."),
    },
  });
  const change = useMutation({
    mutationFn: ({ password, next }: typeof form.values) =>
      ask(
        api().PATCH("/v1/user/{name}", {
          params: { path: { name: username } },
          body: { config: { username, password, new_password: next } },
        }),
      ),
    onSuccess: () => {
      form.reset();
      notifications.show({ color: "teal", message: "The password is changed. Your other sessions are over." });
    },
  });
  if (isSwitched) {
    return <Text size="sm">You are a user of the master. Go back to it to change your password.</Text>;
  }
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))} aria-label="Your password">
      <Stack maw={400}>
        <input type="text" autoComplete="username" value={username} readOnly hidden />
        <PasswordInput label="Present password" autoComplete="current-password" {...form.getInputProps("password")} />
        <PasswordInput label="New password" autoComplete="new-password" {...form.getInputProps("next")} />
        <PasswordInput label="New password again" autoComplete="new-password" {...form.getInputProps("again")} />
        {change.isError && <Refusal title="Not changed" problem={asProblem(change.error)} />}
        <Act type="submit" w="fit-content" loading={change.isPending}>
          Change the password
        </Act>
      </Stack>
    </form>
  );
}
