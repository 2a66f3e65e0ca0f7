import { Alert, Button, Center, Modal, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { asProblem } from "../api.ts";
import { useLogIn, useLogOut } from "../hooks/session.ts";
import { Refusal } from "../ui/Refusal.tsx";

/** The page for those who are not signed in; the address that they came for stays. */
export function Login() {
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w={380} maw="100%">
        <Title order={1} size="h2" mb="md">
          fedhub
        </Title>
        <LoginForm />
      </Paper>
    </Center>
  );
}

/** Asks for the password again, over a page that keeps what was typed. */
export function LoginAgain({ username }: { username: string }) {
  const logOut = useLogOut();
  return (
    <Modal opened onClose={() => logOut.mutate()} title="The session is over" centered closeOnClickOutside={false}>
      <Text size="sm" mb="md">
        Log in again to go on; what you typed is still there. Closing this leaves the page.
      </Text>
      <LoginForm username={username} />
    </Modal>
  );
}

function LoginForm({ username = "" }: { username?: string }) {
  const logIn = useLogIn();
  const [mustChange, setMustChange] = useState(false);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { username, password: "", newPassword: "", again: "" },
    validate: {
      username: (value) => (value === "" ? "Give the name of a user." : null),
      password: (value) => (value === "" ? "Give the password." : null),
      newPassword: (value) => (mustChange && value === "" ? "Choose a new password." : null),
      again: (value, all) => (mustChange && value !== all.newPassword ? "The two are not the same." : null),
    },
  });
  const submit = form.onSubmit(({ username: name, password, newPassword }) =>
    logIn.mutate(
      { username: name, password, ...(mustChange ? { newPassword } : {}) },
      { onSuccess: (entered) => setMustChange(!entered) },
    ),
  );
  return (
    <form onSubmit={submit}>
      <Stack>
        {mustChange && (
          <Alert color="blue" variant="light" role="status">
            This password was only for the first time. Choose your own now.
          </Alert>
        )}
        <TextInput
          label="User"
          autoComplete="username"
          autoCapitalize="off"
          spellCheck={false}
          data-autofocus={username === ""}
          key={form.key("username")}
          {...form.getInputProps("username")}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          data-autofocus={username !== ""}
          key={form.key("password")}
          {...form.getInputProps("password")}
        />
        {mustChange && (
          <>
            <PasswordInput
              label="New password"
              autoComplete="new-password"
              autoFocus
              key={form.key("newPassword")}
              {...form.getInputProps("newPassword")}
            />
            <PasswordInput
              label="New password again"
              autoComplete="new-password"
              key={form.key("again")}
              {...form.getInputProps("again")}
            />
          </>
        )}
        {logIn.isError && <Refusal title="Not logged in" problem={asProblem(logIn.error)} />}
        <Button type="submit" loading={logIn.isPending}>
          {mustChange ? "Change password and log in" : "Log in"}
        </Button>
      </Stack>
    </form>
  );
}
