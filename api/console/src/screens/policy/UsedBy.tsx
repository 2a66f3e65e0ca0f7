import { List, Text } from "@mantine/core";
import { useResponseRules } from "../../hooks/policyRules.ts";
import { kindName } from "../../parts/kinds.ts";
import { TextLink } from "../../ui/links.tsx";
import { count } from "../../ui/number.ts";
import { Shown } from "../../ui/Screen.tsx";
import type { Link } from "./kind.ts";

/** So many links are shown. */
const most = 50;

/** What an object speaks of, or what speaks of it. */
export function Links({ links }: { links: readonly Link[] }) {
  if (links.length === 0) {
    return <Text size="sm">Nothing speaks of it.</Text>;
  }
  return (
    <>
      <List size="sm" spacing={2}>
        {links.slice(0, most).map(({ kind, name }) => (
          <List.Item key={`${kind}/${name}`}>
            <TextLink to="/policy/$kind" params={{ kind }} search={(old) => ({ at: old.at, name })} size="sm">
              {kindName(kind)} {name}
            </TextLink>
          </List.Item>
        ))}
      </List>
      {links.length > most && <Text size="sm">And {count(links.length - most)} more.</Text>}
    </>
  );
}

/** The response rules that send to a webhook. */
export function WebhookUsers({ webhook }: { webhook: string }) {
  const rules = useResponseRules();
  return (
    <Shown view={rules} what="the response rules">
      {(rows) => (
        <Links
          links={rows
            .filter(({ object }) => object.webhooks.includes(webhook))
            .map(({ name }) => ({ kind: "response", name }))}
        />
      )}
    </Shown>
  );
}
