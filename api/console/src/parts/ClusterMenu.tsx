import { Button, Combobox, Group, ScrollArea, Text, useCombobox } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useFleet, type Cluster } from "../hooks/fleet.ts";
import { useSelf } from "../hooks/self.ts";
import { useTarget } from "../hooks/target.ts";
import { WordBadge } from "./WordBadge.tsx";
import { roleWord, statusWord } from "./words.ts";
import classes from "./Frame.module.css";

/** So many clusters are offered at once; the search finds the others. */
const mostOffered = 50;

/** The cluster that the pages speak to, and the way to every other. */
export function ClusterMenu() {
  const at = useTarget();
  const fleet = useFleet();
  const self = useSelf();
  const navigate = useNavigate();
  const [search, setSearch] = useState("");
  const menu = useCombobox({
    onDropdownOpen: () => menu.focusSearchInput(),
    onDropdownClose: () => {
      menu.resetSelectedOption();
      menu.focusTarget();
      setSearch("");
    },
  });
  const clusters = fleet.is === "live" || fleet.is === "stale" ? fleet.data.clusters : undefined;
  const offered = menu.dropdownOpened ? clusters : undefined; // a closed menu need not look through the fleet
  const found = useMemo(() => matching(offered?.values() ?? [], search), [offered, search]);
  const known = at === undefined ? undefined : clusters?.get(at);
  const version = self.is === "live" || self.is === "stale" ? self.data : undefined;
  const name = known?.name ?? version?.name ?? at ?? "…";
  const role = known?.role ?? version?.fed_role;

  const choose = (id: string) => {
    menu.closeDropdown();
    const isOwn = clusters?.get(id)?.role !== "joint" || id === version?.id;
    void navigate({ to: ".", search: (old) => ({ ...old, at: isOwn ? undefined : id }) });
  };

  return (
    <Combobox store={menu} onOptionSubmit={choose} width={320} position="bottom-start" withinPortal>
      <Combobox.Target targetType="button">
        <Button
          variant="default"
          className={classes.cluster ?? ""}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          onClick={() => menu.toggleDropdown()}
          aria-label={`Cluster ${name}: switch`}
        >
          <Text span truncate fw={600} size="sm">
            {name}
          </Text>
          {role !== undefined && <WordBadge word={roleWord(role)} ml="xs" size="sm" visibleFrom="xs" />}
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={search}
          onChange={(e) => {
            setSearch(e.currentTarget.value);
            menu.updateSelectedOptionIndex();
          }}
          placeholder="Search clusters"
          aria-label="Search clusters"
        />
        <Combobox.Options aria-label="Clusters">
          <ScrollArea.Autosize mah={340} type="scroll">
            {found.offered.map((c) => (
              <Combobox.Option value={c.id} key={c.id} active={c.id === (at ?? version?.id)}>
                <Group justify="space-between" wrap="nowrap">
                  <Text size="sm" truncate>
                    {c.name}
                  </Text>
                  <WordBadge word={statusWord(c.status)} size="sm" />
                </Group>
              </Combobox.Option>
            ))}
          </ScrollArea.Autosize>
          {found.offered.length === 0 && <Combobox.Empty>No cluster has that in its name or labels.</Combobox.Empty>}
          {found.more > 0 && <Combobox.Empty>{found.more} more: search for them</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

/** The clusters whose name or labels hold the text; those that left cannot be switched to. */
function matching(clusters: Iterable<Cluster>, search: string): { offered: Cluster[]; more: number } {
  const wanted = search.trim().toLowerCase();
  const offered: Cluster[] = [];
  let more = 0;
  for (const c of clusters) {
    const words = [c.name, ...Object.entries(c.labels).map(([key, value]) => `${key}=${value}`)];
    if (c.status === "left" || c.status === "kicked" || !words.some((w) => w.toLowerCase().includes(wanted))) {
      continue;
    }
    if (offered.length < mostOffered) {
      offered.push(c);
    } else {
      more++;
    }
  }
  return { offered, more };
}
