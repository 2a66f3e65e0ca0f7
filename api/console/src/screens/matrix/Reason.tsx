import { Group, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, ask, type Wire } from "../../api.ts";
import { useView } from "../../hooks/view.ts";
import { kindName } from "../../parts/kinds.ts";
import { pageKind } from "../../parts/objectPage.ts";
import { WordBadge } from "../../parts/WordBadge.tsx";
import { objectStateWord } from "../../parts/words.ts";
import { TextLink } from "../../ui/links.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import { Shown } from "../../ui/Screen.tsx";
import { cellName, type Cell } from "./grid.ts";

interface Props {
  /** The cell that is asked about; undefined when none is. */
  cell: Cell | undefined;
  onClose: () => void;
}

/** Why an object is in its state in a cluster. */
export function Reason({ cell, onClose }: Props) {
  return (
    <Modal opened={cell !== undefined} onClose={onClose} title={cell && cellName(cell)} centered>
      {cell !== undefined && <Known cell={cell} />}
    </Modal>
  );
}

function Known({ cell: { object, cluster } }: { cell: Cell }) {
  const { kind, name } = object;
  const view = useView(
    useQuery({
      queryKey: ["status", undefined, kind, name, cluster.id],
      queryFn: async ({ signal }) => {
        const query = { kind, name, cluster: cluster.id, limit: 1 };
        const { states } = await ask(api().GET("/v1/fed/status", { params: { query }, signal }));
        return states[0] ?? null;
      },
    }),
  );
  return (
    <Stack gap="sm">
      <Shown view={view} what="the reason">
        {(state) =>
          state === null ? <Text size="sm">It is not for this cluster any more.</Text> : <Told {...state} />
        }
      </Shown>
      <Group gap="md">
        <TextLink to="/policy/$kind" params={{ kind: pageKind(kind) }} search={{ q: name }} size="sm">
          To the {kindName(kind)}
        </TextLink>
        <TextLink to="/fleet/$cluster" params={{ cluster: cluster.id }} search={{ tab: "rules" }} size="sm">
          To {cluster.name}
        </TextLink>
        <TextLink to="/history" search={{ tab: "events", name }} size="sm">
          Its history
        </TextLink>
      </Group>
    </Stack>
  );
}

function Told({ state, reason, since, desired_revision: desired, applied_revision: applied }: Wire["ObjectState"]) {
  const word = objectStateWord(state);
  return (
    <>
      <Group gap="xs">
        <WordBadge word={word} why={reason} />
        <Text size="sm">
          since <Moment at={since} unknown="a time that is not known" />
        </Text>
      </Group>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {reason === "" ? word.means : reason}
      </Text>
      <Text size="sm">
        It should be as of revision {count(desired)}
        {applied === null ? ", and which one it is there cannot be told." : `; there it is as of ${count(applied)}.`}
      </Text>
    </>
  );
}
