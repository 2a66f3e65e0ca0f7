import { Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useEffectEvent, useState } from "react";
import type { Scope } from "../../hooks/draft.ts";
import { count } from "../../ui/number.ts";

interface Props {
  q: string;
  onQ: (q: string) => void;
  scope: Scope | undefined;
  onScope: (scope: Scope | undefined) => void;
  shown: number;
  total: number;
  plural: string;
}

/** The filters of a list, and how many they leave. */
export function Toolbar({ q, onQ, scope, onScope, shown, total, plural }: Props) {
  const [text, setText] = useState(q);
  const [last, setLast] = useState(q);
  if (q !== last) {
    setLast(q); // somebody went back or followed a link
    setText(q);
  }
  const tell = useEffectEvent(() => {
    if (text !== q) {
      onQ(text);
    }
  });
  useEffect(() => {
    const timer = setTimeout(() => tell(), 200);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Group gap="sm">
      <TextInput
        type="search"
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        placeholder="Filter"
        aria-label={`Filter ${plural}`}
        leftSection={<IconSearch size={16} aria-hidden />}
        w={{ base: "100%", xs: 240 }}
      />
      <SegmentedControl
        aria-label="Which scope is shown"
        value={scope ?? "all"}
        onChange={(value) => onScope(value === "fed" || value === "local" ? value : undefined)}
        data={[
          { value: "all", label: "All" },
          { value: "fed", label: "Federated" },
          { value: "local", label: "Own" },
        ]}
      />
      <Text size="sm" role="status">
        {shown === total ? count(total) : `${count(shown)} of ${count(total)}`} {plural.toLowerCase()}
      </Text>
    </Group>
  );
}
