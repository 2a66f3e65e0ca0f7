import { ActionIcon, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { LabelChange } from "../hooks/resync.ts";
import { changeOf, emptyRow, rowsOf, wrongWith, type LabelRow } from "./labels.ts";

interface Props {
  /** The labels as they are; for many clusters those that are to be set. */
  labels: Record<string, string>;
  /** Whether several clusters are labelled at once: then a label is taken away by name only. */
  isMany?: boolean;
  isBusy: boolean;
  onSave: (change: LabelChange) => void;
  onClose: () => void;
}

/** Edits labels: a key and a value on each line. */
export function LabelForm({ labels, isMany = false, isBusy, onSave, onClose }: Props) {
  const [rows, setRows] = useState<readonly LabelRow[]>(() => rowsOf(labels));
  const [isAsked, setAsked] = useState(false);
  const change = changeOf(labels, rows, isMany);
  const isWrong = rows.some((row) => wrongWith(row, rows) !== undefined);
  const put = (at: number, part: Partial<LabelRow>) =>
    setRows(rows.map((row, i) => (i === at ? { ...row, ...part } : row)));
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        setAsked(true);
        if (!isWrong && Object.keys(change).length > 0) {
          onSave(change);
        }
      }}
    >
      <Stack gap="sm">
        {rows.map((row, at) => (
          <Group key={row.id} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput
              aria-label={`Key ${at + 1}`}
              placeholder="region"
              value={row.key}
              onChange={(e) => put(at, { key: e.currentTarget.value })}
              error={isAsked && wrongWith(row, rows)}
              flex={1}
              data-autofocus={at === 0 || undefined}
            />
            <TextInput
              aria-label={`Value ${at + 1}`}
              placeholder={isMany ? "empty: take it away" : "eu"}
              value={row.value}
              onChange={(e) => put(at, { value: e.currentTarget.value })}
              flex={1}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={`Take ${row.key === "" ? `line ${at + 1}` : row.key} away`}
              onClick={() => setRows(rows.filter((_, i) => i !== at))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Group justify="space-between">
          <Button
            variant="subtle"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setRows([...rows, emptyRow()])}
          >
            One more
          </Button>
          <Text size="sm" role="status">
            {Object.keys(change).length === 0 ? "Nothing changed" : ""}
          </Text>
        </Group>
        <Text size="sm">Policy that targets these labels moves at once when they change.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={Object.keys(change).length === 0}>
            Save labels
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
