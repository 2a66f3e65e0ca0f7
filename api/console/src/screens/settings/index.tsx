import { Tabs } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { TokenList } from "../../parts/TokenList.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { Certificates } from "./Certificates.tsx";
import { ClusterSettings } from "./ClusterSettings.tsx";
import { Password } from "./Password.tsx";
import { Users } from "./Users.tsx";

const route = getRouteApi("/settings");

/** One tab for each part of the settings; a new part is one more line. */
const parts = [
  { tab: "cluster", title: "Cluster", content: ClusterSettings },
  { tab: "users", title: "Users", content: Users },
  { tab: "password", title: "Your password", content: Password },
  { tab: "tokens", title: "Join tokens", content: TokenList },
  { tab: "certificates", title: "Certificates", content: Certificates },
];

/** What is set of a cluster. Webhooks are policy, and have their page there. */
export function Settings() {
  const { tab = "cluster" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Screen title="Settings">
      <Tabs
        value={tab}
        onChange={(next) => void navigate({ search: (old) => ({ ...old, tab: next ?? undefined }), replace: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {parts.map((part) => (
            <Tabs.Tab key={part.tab} value={part.tab}>
              {part.title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {parts.map((part) => (
          <Tabs.Panel key={part.tab} value={part.tab}>
            <part.content />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Screen>
  );
}
