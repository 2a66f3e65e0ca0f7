import { Button, Menu, Text, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUser } from "@tabler/icons-react";
import { useLogOut, useSignIn } from "../hooks/session.ts";
import classes from "./Frame.module.css";

/** Who is signed in, how the page looks, and the way out. */
export function AccountMenu() {
  const signIn = useSignIn();
  const logOut = useLogOut();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  if (signIn.is !== "in" && signIn.is !== "over") {
    return null;
  }
  const { username, role } = signIn.session;
  const looks = [
    { value: "light", label: "Light", icon: <IconSun size={16} aria-hidden /> },
    { value: "dark", label: "Dark", icon: <IconMoon size={16} aria-hidden /> },
    { value: "auto", label: "As the system", icon: <IconDeviceDesktop size={16} aria-hidden /> },
  ] as const;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          aria-label={`Account of ${username}`}
          className={classes.account ?? ""}
        >
          <IconUser size={18} aria-hidden />
          <Text span size="sm" ml={6} truncate visibleFrom="sm">
            {username}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {username}, role {role}
        </Menu.Label>
        {looks.map((look) => (
          <Menu.Item
            key={look.value}
            leftSection={look.icon}
            onClick={() => setColorScheme(look.value)}
            aria-current={colorScheme === look.value ? "true" : undefined}
            fw={colorScheme === look.value ? 700 : 400}
          >
            {look.label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => logOut.mutate()}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
