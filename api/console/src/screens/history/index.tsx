import { Tabs } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useWhyNot } from "../../hooks/may.ts";
import { Screen } from "../../ui/Screen.tsx";
import { Audit } from "./audit/Audit.tsx";
import { ChangeSets } from "./changes/ChangeSets.tsx";
import { Events } from "./events/Events.tsx";
import classes from "./history.module.css";
import { tabOf, type Search } from "./search.ts";
import { TimeTravel } from "./time/TimeTravel.tsx";

const route = getRouteApi("/history");

/** How the policy came to be, and who did what. */
export function History() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const whyNot = useWhyNot();
  const tab = tabOf(search);
  const set = (change: Search) =>
    void navigate({ from: "/history", to: ".", search: (old) => ({ ...old, ...change }), replace: true });
  // Filters of one page are not those of another.
  const go = (name: string | null) =>
    void navigate({ from: "/history", to: ".", search: ({ at }) => ({ at, tab: name ?? undefined }) });
  const page = { search, onSearch: set };
  return (
    <Screen title="History" about="How the policy came to be: each change set, each event, and who asked for it.">
      <Tabs value={tab} onChange={go} keepMounted={false} classNames={{ tab: classes.tab ?? "" }}>
        <Tabs.List>
          <Tabs.Tab value="changes">Change sets</Tabs.Tab>
          <Tabs.Tab value="time">Time travel</Tabs.Tab>
          <Tabs.Tab value="events">Events</Tabs.Tab>
          {(whyNot("read-audit") === undefined || tab === "audit") && <Tabs.Tab value="audit">Audit</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="changes" pt="md">
          <ChangeSets {...page} />
        </Tabs.Panel>
        <Tabs.Panel value="time" pt="md">
          <TimeTravel {...page} />
        </Tabs.Panel>
        <Tabs.Panel value="events" pt="md">
          <Events {...page} />
        </Tabs.Panel>
        <Tabs.Panel value="audit" pt="md">
          <Audit {...page} />
        </Tabs.Panel>
      </Tabs>
    </Screen>
  );
}
