import { AppShell, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";
import { LiveFeed } from "../feed.ts";
import { FeedContext } from "../hooks/feed.ts";
import { useFleetUpdates } from "../hooks/fleet.ts";
import { useKeepAlive } from "../hooks/keepAlive.ts";
import { useRefresh } from "../hooks/refresh.ts";
import { useSignIn } from "../hooks/session.ts";
import { useSpreadUpdates } from "../hooks/spread.ts";
import { useTarget } from "../hooks/target.ts";
import { never } from "../never.ts";
import { Refusal } from "../ui/Refusal.tsx";
import { Loading } from "../ui/Screen.tsx";
import { AccountMenu } from "./AccountMenu.tsx";
import { ClusterMenu } from "./ClusterMenu.tsx";
import { FeedState } from "./FeedState.tsx";
import classes from "./Frame.module.css";
import { Login, LoginAgain } from "./Login.tsx";
import { Navigation } from "./Navigation.tsx";
import { SwitchedBanner } from "./SwitchedBanner.tsx";

/** What is around every page: who looks, at which cluster, and where to go. */
export function Frame() {
  const signIn = useSignIn();
  switch (signIn.is) {
    case "loading":
      return <Loading what="the session" />;
    case "failed":
      return <Refusal problem={signIn.problem} retry={signIn.retry} />;
    case "out":
      return <Login />;
    case "in":
    case "over":
      return (
        <Fed>
          <Shell />
          {signIn.is === "over" && <LoginAgain username={signIn.session.username} />}
        </Fed>
      );
    default:
      return never(signIn);
  }
}

/** Gives the pages the live feed. */
function Fed({ children }: { children: ReactNode }) {
  const [feed] = useState(() => new LiveFeed("/v1/fed/live"));
  useEffect(() => feed.open(), [feed]);
  return <FeedContext value={feed}>{children}</FeedContext>;
}

function Shell() {
  const [isOpen, menu] = useDisclosure();
  const isSwitched = useTarget() !== undefined;
  useFleetUpdates();
  useSpreadUpdates();
  useRefresh();
  useKeepAlive();
  return (
    <AppShell
      header={{ height: isSwitched ? 92 : 56 }}
      navbar={{ width: 232, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding="md"
      data-switched={isSwitched || undefined}
      className={classes.shell ?? ""}
    >
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <AppShell.Header className={classes.header ?? ""}>
        <SwitchedBanner />
        <Group h={56} px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Burger opened={isOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <ClusterMenu />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <FeedState />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" component="nav" aria-label="Pages">
        <Navigation onNavigate={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
