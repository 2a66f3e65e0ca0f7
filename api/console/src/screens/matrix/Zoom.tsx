import { ActionIcon, Group } from "@mantine/core";
import { IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { cellSizes, zoomed } from "./layout.ts";

/** Makes the cells smaller and larger. */
export function Zoom({ size, onSize }: { size: number; onSize: (size: number) => void }) {
  const button = (step: 1 | -1, label: string, Icon: typeof IconZoomIn) => {
    const isEnd = zoomed(size, step) === size;
    return (
      <ActionIcon
        variant="default"
        size={32}
        aria-label={label}
        aria-disabled={isEnd}
        {...(isEnd ? { "data-disabled": true } : {})}
        onClick={() => onSize(zoomed(size, step))}
      >
        <Icon size={18} aria-hidden />
      </ActionIcon>
    );
  };
  return (
    <Group gap={4} wrap="nowrap" role="group" aria-label={`Size of cells: ${size} of ${cellSizes.at(-1)}`}>
      {button(-1, "Smaller cells", IconZoomOut)}
      {button(1, "Larger cells", IconZoomIn)}
    </Group>
  );
}
