import { ActionIcon, Badge, Tooltip } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { isProvisional } from "../../hooks/draftWire.ts";
import { never } from "../../never.ts";
import type { LaidRow, Staged } from "./rows.ts";

interface Props<O> {
  row: LaidRow<O>;
  isOff: boolean;
  isPredefined: boolean;
  /** What the row is called. */
  title: string;
  onUndo: (row: LaidRow<O>) => void;
}

/** Says what is special about a row: switched off, made by the system, or staged and not published yet. */
export function Marks<O>({ row, isOff, isPredefined, title, onUndo }: Props<O>) {
  return (
    <>
      {isOff && (
        <Badge variant="outline" color="gray" tt="none" size="sm">
          disabled
        </Badge>
      )}
      {isPredefined && (
        <Badge variant="light" color="gray" tt="none" size="sm">
          by the system
        </Badge>
      )}
      {row.staged !== undefined && (
        <>
          <Tooltip
            label="Staged in this browser: it takes effect when the change set is published."
            multiline
            maw={280}
          >
            <Badge variant="filled" color="yellow" tt="none" size="sm">
              staged: {stagedWord(row.staged, row.isMoved)}
            </Badge>
          </Tooltip>
          <Tooltip label="Undo what is staged">
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              onClick={() => onUndo(row)}
              aria-label={`Undo what is staged about ${title}`}
            >
              <IconArrowBackUp size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </>
      )}
    </>
  );
}

function stagedWord(staged: Exclude<Staged, undefined>, isMoved: boolean): string {
  switch (staged) {
    case "created":
      return "new";
    case "changed":
      return isMoved ? "changed and moved" : "changed";
    case "moved":
      return "moved";
    case "deleted":
      return "deleted";
    default:
      return never(staged);
  }
}

/** What a row is called on the page; a new rule has no number yet. */
export function titleOf(one: string, name: string): string {
  return isProvisional(name) ? `${one} ${name} (no number yet)` : `${one} ${name}`;
}
