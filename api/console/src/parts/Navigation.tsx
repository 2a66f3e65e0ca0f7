import { Badge, NavLink, ScrollArea } from "@mantine/core";
import {
  IconAffiliate,
  IconBuildingBroadcastTower,
  IconGitPullRequestDraft,
  IconGridDots,
  IconHistory,
  IconSettings,
  IconShieldCheck,
  IconStairsUp,
} from "@tabler/icons-react";
import { useLocation } from "@tanstack/react-router";
import { useDraft } from "../hooks/draft.ts";
import { useRole } from "../hooks/self.ts";
import { NavPage } from "../ui/links.tsx";
import { kinds } from "./kinds.ts";

/** The pages. Those that only a master has are there only at one. */
export function Navigation({ onNavigate }: { onNavigate: () => void }) {
  const path = useLocation({ select: (l) => l.pathname });
  const isMaster = useRole() === "master";
  const edits = useDraft("fed").draft.edits.length + useDraft("local").draft.edits.length;
  const icon = (Icon: typeof IconHistory) => <Icon size={18} aria-hidden />;
  const to = (target: string) => ({ active: path === target || path.startsWith(`${target}/`), onClick: onNavigate });
  return (
    <ScrollArea>
      <NavPage to="/fleet" label="Fleet" leftSection={icon(IconAffiliate)} {...to("/fleet")} />
      <NavPage
        to="/federation"
        label="Federation"
        leftSection={icon(IconBuildingBroadcastTower)}
        {...to("/federation")}
      />
      <NavLink label="Policy" leftSection={icon(IconShieldCheck)} defaultOpened childrenOffset={28}>
        {kinds.map(({ kind, plural }) => (
          <NavPage key={kind} to="/policy/$kind" params={{ kind }} label={plural} {...to(`/policy/${kind}`)} />
        ))}
      </NavLink>
      <NavPage
        to="/changes"
        label="Change set"
        leftSection={icon(IconGitPullRequestDraft)}
        rightSection={edits > 0 && <Badge circle={edits < 10}>{edits}</Badge>}
        {...to("/changes")}
      />
      {isMaster && (
        <>
          <NavPage to="/rollouts" label="Rollouts" leftSection={icon(IconStairsUp)} {...to("/rollouts")} />
          <NavPage to="/matrix" label="Rules × clusters" leftSection={icon(IconGridDots)} {...to("/matrix")} />
        </>
      )}
      <NavPage to="/history" label="History" leftSection={icon(IconHistory)} {...to("/history")} />
      <NavPage to="/settings" label="Settings" leftSection={icon(IconSettings)} {...to("/settings")} />
    </ScrollArea>
  );
}
