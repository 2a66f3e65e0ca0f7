import { Alert, Drawer, Group, Stack, Text, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPencil } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useIsMaster } from "../../hooks/master.ts";
import { kindName } from "../../parts/kinds.ts";
import { FederatedBadge } from "../../parts/ScopeBadge.tsx";
import { Act } from "../../ui/Act.tsx";
import type { RowActions } from "./actions.ts";
import { Fields } from "./Fields.tsx";
import type { PolicyKind } from "./kind.ts";
import { titleOf } from "./Marks.tsx";
import { ObjectStates } from "./ObjectStates.tsx";
import { whyNotOf } from "./RowMenu.tsx";
import type { LaidRow } from "./rows.ts";
import { TargetClusters } from "./TargetClusters.tsx";
import { Links, WebhookUsers } from "./UsedBy.tsx";

interface Props<O> {
  of: PolicyKind<O>;
  name: string;
  /** Undefined when there is no such object. */
  row: LaidRow<O> | undefined;
  actions: RowActions<O>;
  onClose: () => void;
}

/** All that is known of one object, beside the list. */
export function Details<O extends object>({ of, name, row, actions, onClose }: Props<O>) {
  const isPhone = useMediaQuery("(max-width: 48em)");
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={isPhone ? "100%" : "40rem"}
      title={
        <Text span fw={600} size="lg">
          {capital(titleOf(kindName(of.kind), name))}
        </Text>
      }
      closeButtonProps={{ "aria-label": "Close the details" }}
    >
      {row === undefined ? (
        <Alert color="yellow">There is no such {kindName(of.kind)} any more, or none that this cluster holds.</Alert>
      ) : (
        <Content of={of} row={row} actions={actions} />
      )}
    </Drawer>
  );
}

function Content<O extends object>({ of, row, actions }: Pick<Props<O>, "of" | "actions"> & { row: LaidRow<O> }) {
  const isMaster = useIsMaster();
  const whyNot = row.staged === "deleted" ? "It is staged to be deleted." : whyNotOf(of, row, actions);
  const isStored = row.stored !== undefined;
  return (
    <Stack>
      <Group justify="space-between">
        <Group gap="xs">{row.scope === "fed" ? <FederatedBadge /> : <Text size="sm">The cluster's own</Text>}</Group>
        <Act
          size="xs"
          variant="default"
          whyNot={whyNot}
          leftSection={<IconPencil size={14} aria-hidden />}
          onClick={() => actions.edit(row)}
        >
          Edit
        </Act>
      </Group>
      <Section title="What it says">
        <Fields object={row.object} />
      </Section>
      {row.scope === "fed" && isMaster && (
        <Section title="Clusters">
          <TargetClusters targets={of.targets(row.object)} />
        </Section>
      )}
      <Uses of={of} row={row} />
      {row.scope === "fed" && isMaster && isStored && (
        <Section title="State">
          <ObjectStates kind={row.kind} name={row.name} />
        </Section>
      )}
    </Stack>
  );
}

function Uses<O>({ of, row }: { of: PolicyKind<O>; row: LaidRow<O> }) {
  if (of.kind === "webhook") {
    return (
      <Section title="Used by">
        <WebhookUsers webhook={row.name} />
      </Section>
    );
  }
  return (
    of.usedBy !== undefined && (
      <Section title={usesTitle(of.kind)}>
        <Links links={of.usedBy(row.object)} />
      </Section>
    )
  );
}

function usesTitle(kind: string): string {
  return kind === "group" || kind === "dlp" || kind === "waf" ? "Used by" : "Speaks of";
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={3} size="h5" mb={6}>
        {title}
      </Title>
      {children}
    </section>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
