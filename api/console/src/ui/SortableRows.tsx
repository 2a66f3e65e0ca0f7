import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
  type Announcements,
  type DragEndEvent,
} from "@dnd-kit/core";
import { sortableKeyboardCoordinates } from "@dnd-kit/sortable";
import type { ReactNode } from "react";

interface Props {
  /** What a row is called when its move is told aloud. */
  nameOf: (key: string) => string;
  /** Where a row is in its list, for the same. */
  placeOf: (key: string) => string;
  /** Called with the row that was moved, and the one whose place it was let go at. */
  onMove: (key: string, over: string) => void;
  onStart: (key: string) => void;
  onEnd: () => void;
  children: ReactNode;
}

/** A list whose rows are put into order by pointer or keyboard, told aloud all along. */
export function SortableRows({ nameOf, placeOf, onMove, onStart, onEnd, children }: Props) {
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const end = ({ active, over }: DragEndEvent) => {
    onEnd();
    if (over !== null && active.id !== over.id) {
      onMove(String(active.id), String(over.id));
    }
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      accessibility={{
        announcements: announcing(nameOf, placeOf),
        screenReaderInstructions: {
          draggable:
            "Press Space to pick the row up, the arrow keys to move it, Space again to put it down, Escape to leave it.",
        },
      }}
      onDragStart={({ active }) => onStart(String(active.id))}
      onDragEnd={end}
      onDragCancel={onEnd}
    >
      {children}
    </DndContext>
  );
}

function announcing(nameOf: Props["nameOf"], placeOf: Props["placeOf"]): Announcements {
  const name = (id: string | number) => nameOf(String(id));
  const place = (id: string | number) => placeOf(String(id));
  return {
    onDragStart: ({ active }) => `Picked up ${name(active.id)}, ${place(active.id)}.`,
    onDragOver: ({ active, over }) =>
      over === null ? `${name(active.id)} is over no place.` : `${name(active.id)} is now at ${place(over.id)}.`,
    onDragEnd: ({ active, over }) =>
      over === null ? `${name(active.id)} stays where it was.` : `Put ${name(active.id)} down at ${place(over.id)}.`,
    onDragCancel: ({ active }) => `${name(active.id)} stays where it was.`,
  };
}
