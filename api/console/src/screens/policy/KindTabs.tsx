import { Group } from "@mantine/core";
import { ButtonLink } from "../../ui/links.tsx";

const tabs: Record<string, readonly { kind: string; label: string }[]> = {
  dlp: [
    { kind: "dlp", label: "Sensors" },
    { kind: "dlp-group", label: "Bindings to groups" },
  ],
  waf: [
    { kind: "waf", label: "Sensors" },
    { kind: "waf-group", label: "Bindings to groups" },
  ],
};

/** The way between sensors and the groups that they look at. */
export function KindTabs({ kind }: { kind: string }) {
  const list = tabs[kind.replace("-group", "")];
  if (list === undefined) {
    return null;
  }
  return (
    <Group gap="xs" component="nav" aria-label="Sensors and bindings">
      {list.map((tab) => (
        <ButtonLink
          key={tab.kind}
          to="/policy/$kind"
          params={{ kind: tab.kind }}
          search={(old) => ({ at: old.at, scope: old.scope })}
          size="xs"
          variant={tab.kind === kind ? "light" : "subtle"}
          aria-current={tab.kind === kind ? "page" : undefined}
        >
          {tab.label}
        </ButtonLink>
      ))}
    </Group>
  );
}
