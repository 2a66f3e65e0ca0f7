import { Stack, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { count } from "../ui/number.ts";
import classes from "./NameCloud.module.css";

/** So many names are drawn; the search finds the others. */
const mostShown = 200;
/** With more names than this there is a search. */
const few = 30;

/** Many names in little room, with a search. */
export function NameCloud({ names, what }: { names: readonly string[]; what: string }) {
  const [text, setText] = useState("");
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return wanted === "" ? names : names.filter((n) => n.toLowerCase().includes(wanted));
  }, [names, text]);
  return (
    <Stack gap="xs" pt="xs">
      {names.length > few && (
        <TextInput
          size="xs"
          maw={280}
          leftSection={<IconSearch size={14} aria-hidden />}
          placeholder={`Search ${what}`}
          aria-label={`Search ${what}`}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
      )}
      <ul className={classes.names} tabIndex={0} aria-label={what}>
        {found.slice(0, mostShown).map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
      {found.length > mostShown && (
        <Text size="sm">and {count(found.length - mostShown)} more; the search finds them.</Text>
      )}
      {found.length === 0 && <Text size="sm">None has that in its name.</Text>}
    </Stack>
  );
}
