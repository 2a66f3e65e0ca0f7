import { ActionIcon, Button, Collapse, Group, NativeSelect, NumberInput, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import { NameCloud } from "../../parts/NameCloud.tsx";
import { count } from "../../ui/number.ts";
import classes from "./WaveBuilder.module.css";
import { soakUnits, type SoakUnit, type WaveFaults, type WaveForm, type WavePreview } from "./waves.ts";

interface Props {
  /** From 1. */
  number: number;
  wave: WaveForm;
  faults: WaveFaults;
  preview: WavePreview | undefined;
  isFirst: boolean;
  isLast: boolean;
  onChange: (fields: Partial<WaveForm>) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

/** One wave of a rollout that is put together. */
export function WaveRow(props: Props) {
  const { number, wave, faults, preview, onChange } = props;
  return (
    <li className={classes.wave}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600}>
          Wave {number}
        </Text>
        <Moves {...props} />
      </Group>
      <div className={classes.fields}>
        <TextInput
          label="Clusters with"
          placeholder="any labels, or env=prod,ring in (1,2)"
          spellCheck={false}
          autoCapitalize="off"
          value={wave.selector}
          error={faults.selector}
          onChange={(e) => onChange({ selector: e.currentTarget.value })}
        />
        <NumberInput
          label="Percent"
          placeholder="all"
          min={1}
          max={100}
          allowDecimal={false}
          suffix=" %"
          value={wave.percent}
          error={faults.percent}
          onChange={(value) => onChange({ percent: typeof value === "number" ? value : "" })}
        />
        <NumberInput
          label="Soak time"
          placeholder="0"
          min={0}
          decimalScale={2}
          value={wave.soak}
          error={faults.soak}
          onChange={(value) => onChange({ soak: typeof value === "number" ? value : "" })}
        />
        <NativeSelect
          label="Unit"
          data={Object.keys(soakUnits)}
          value={wave.unit}
          onChange={(e) => onChange({ unit: unitOf(e.currentTarget.value) })}
        />
      </div>
      {preview !== undefined && faults.selector === undefined && <Takes preview={preview} />}
    </li>
  );
}

function unitOf(text: string): SoakUnit {
  return text === "seconds" || text === "hours" || text === "days" ? text : "minutes";
}

function Moves({ number, isFirst, isLast, onMove, onRemove }: Props) {
  return (
    <Group gap={2} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={isFirst}
        onClick={() => onMove(-1)}
        aria-label={`Move wave ${number} up`}
      >
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        disabled={isLast}
        onClick={() => onMove(1)}
        aria-label={`Move wave ${number} down`}
      >
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" onClick={onRemove} aria-label={`Remove wave ${number}`}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

/** How many clusters a wave takes, and which ones or of which. */
function Takes({ preview: { takes, chosen, isExact, from } }: { preview: WavePreview }) {
  const [isOpen, list] = useDisclosure();
  return (
    <div>
      <Group gap="xs">
        <Text size="sm" aria-live="polite">
          {sentence(takes, chosen, isExact)}
        </Text>
        {from.length > 0 && (
          <Button size="compact-sm" variant="subtle" aria-expanded={isOpen} onClick={list.toggle}>
            {isOpen ? "Hide them" : from.length === takes ? "Which ones" : `Of which ${count(from.length)}`}
          </Button>
        )}
      </Group>
      <Collapse expanded={isOpen}>
        {isOpen && (
          <>
            {from.length > takes && (
              <Text size="sm">Which of these it takes is drawn by lot when the rollout starts.</Text>
            )}
            <NameCloud names={from.map((c) => c.name)} what="clusters" />
          </>
        )}
      </Collapse>
    </div>
  );
}

function sentence(takes: number, chosen: number, isExact: boolean): string {
  if (chosen === 0) {
    return "No cluster has such labels now.";
  }
  if (takes === 0) {
    return isExact ? "It takes no further cluster: earlier waves have them." : "It may take no further cluster.";
  }
  const words = takes === 1 ? "1 cluster" : `${count(takes)} clusters`;
  return isExact ? `It takes ${words}.` : `It takes about ${words}: that depends on what earlier waves draw.`;
}
