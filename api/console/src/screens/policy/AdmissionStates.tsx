import { Badge, Button, Card, Group, SimpleGrid, Text, Title } from "@mantine/core";
import { IconArrowBackUp, IconPencil } from "@tabler/icons-react";
import type { Wire } from "../../api.ts";
import { useDraft, type Scope } from "../../hooks/draft.ts";
import { useWhyNot } from "../../hooks/may.ts";
import { useAdmissionState } from "../../hooks/policyRules.ts";
import { useRole } from "../../hooks/self.ts";
import { FederatedBadge } from "../../parts/ScopeBadge.tsx";
import { Act } from "../../ui/Act.tsx";
import { Shown } from "../../ui/Screen.tsx";
import { ObjectEditor } from "./editor/index.tsx";
import { configOf } from "./rows.ts";
import { usePolicyNavigate, usePolicySearch } from "./search.ts";

type State = Wire["AdmissionState"];

const kind = "admission-state";
const name = "state";

/** Whether and how admission rules act: for the federation, where there is one, and for the cluster itself. */
export function AdmissionStates() {
  const role = useRole();
  return (
    <SimpleGrid cols={{ base: 1, md: role === "" ? 1 : 2 }}>
      {role !== "" && <StateCard scope="fed" />}
      <StateCard scope="local" />
    </SimpleGrid>
  );
}

function StateCard({ scope }: { scope: Scope }) {
  const view = useAdmissionState(scope);
  const { edit } = usePolicySearch("admission");
  const go = usePolicyNavigate();
  const { draft, drop } = useDraft(scope);
  const staged = draft.edits.find((e) => e.kind === kind);
  const whyNot = useWhyNot()(scope === "fed" ? "write-federal" : "write-local");
  const isOpen = edit?.name === name && (edit.scope ?? "local") === scope;
  return (
    <Card withBorder padding="sm">
      <Group justify="space-between" gap="xs" mb={4}>
        <Group gap="xs">
          <Title order={2} size="h5">
            {scope === "fed" ? "Admission control, for all" : "Admission control, own"}
          </Title>
          {scope === "fed" && <FederatedBadge />}
          {staged !== undefined && (
            <Badge variant="filled" color="yellow" tt="none" size="sm">
              staged: {staged.op === "delete" ? "deleted" : "changed"}
            </Badge>
          )}
        </Group>
        <Group gap={4}>
          {staged !== undefined && (
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              leftSection={<IconArrowBackUp size={14} aria-hidden />}
              onClick={() => drop(kind, name)}
            >
              Undo
            </Button>
          )}
          <Act
            size="compact-sm"
            variant="default"
            whyNot={whyNot}
            leftSection={<IconPencil size={14} aria-hidden />}
            onClick={() => go.edit(name, scope)}
          >
            Edit
          </Act>
        </Group>
      </Group>
      <Shown view={view} what="the admission state">
        {(stored) => {
          const state: State = { ...stored, ...configOf(staged) };
          return (
            <>
              <StateText state={state} isDefined={stored.defined || staged !== undefined} scope={scope} />
              {isOpen && <ObjectEditor kind={kind} scope={scope} name={name} object={state} onClose={go.close} />}
            </>
          );
        }}
      </Shown>
    </Card>
  );
}

function StateText({ state, isDefined, scope }: { state: State; isDefined: boolean; scope: Scope }) {
  if (!isDefined) {
    return (
      <Text size="sm">
        {scope === "fed" ? "Nobody has set it: each cluster's own counts." : "Nobody has set it: the rules do not act."}
      </Text>
    );
  }
  return (
    <Group gap="2px 16px" component="dl" m={0}>
      <Fact name="Rules">{state.enable ? "act" : "do not act"}</Fact>
      <Fact name="Mode">{state.mode}</Fact>
      <Fact name="By default">{state.default_action}</Fact>
      <Fact name="When they cannot be asked">{state.failure_policy === "fail" ? "refuse" : "let in"}</Fact>
      {scope === "fed" && <Fact name="Targets">{state.targets || "all clusters"}</Fact>}
    </Group>
  );
}

function Fact({ name: title, children }: { name: string; children: string }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Text component="dt" size="sm" fw={600}>
        {title}
      </Text>
      <Text component="dd" size="sm" m={0}>
        {children}
      </Text>
    </Group>
  );
}
