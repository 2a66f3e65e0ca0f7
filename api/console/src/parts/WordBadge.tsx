import { Badge, Tooltip, type BadgeProps } from "@mantine/core";
import type { Word } from "./words.ts";

interface Props extends Omit<BadgeProps, "color"> {
  word: Word;
  /** Says more than the word's own sentence does, such as the reason. */
  why?: string | undefined;
}

/** A word of the interface in its color, explained on hover and focus. */
export function WordBadge({ word, why, ...rest }: Props) {
  return (
    <Tooltip
      label={why === undefined || why === "" ? word.means : why}
      multiline
      maw={360}
      events={{ hover: true, focus: true, touch: true }}
    >
      <Badge variant="light" tt="none" {...rest} color={word.color}>
        {word.label}
      </Badge>
    </Tooltip>
  );
}
