import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { IconGripVertical } from "@tabler/icons-react";
import { useCallback } from "react";
import { FederatedBadge } from "../../parts/ScopeBadge.tsx";
import { kindName } from "../../parts/kinds.ts";
import { TextLink } from "../../ui/links.tsx";
import { count } from "../../ui/number.ts";
import type { RowActions } from "./actions.ts";
import type { PolicyKind } from "./kind.ts";
import { Marks, titleOf } from "./Marks.tsx";
import classes from "./PolicyTable.module.css";
import { RowMenu, whyNotOf } from "./RowMenu.tsx";
import type { LaidRow } from "./rows.ts";

interface Props<O> {
  of: PolicyKind<O>;
  row: LaidRow<O>;
  /** Place among all rows that are shown, and where it is drawn. */
  index: number;
  top: number;
  measure: (element: HTMLElement | null) => void;
  isSelected: boolean;
  onSelect: (row: LaidRow<O>, isOn: boolean) => void;
  onDetails: (row: LaidRow<O>) => void;
  actions: RowActions<O>;
}

/** One object of the list. */
export function PolicyTableRow<O>(props: Props<O>) {
  const { of, row, index, top, measure, isSelected, onSelect, onDetails, actions } = props;
  const whyNot = whyNotOf(of, row, actions);
  const isFixed = whyNot !== undefined || row.staged === "deleted";
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({
    id: row.key,
    disabled: of.isOrdered !== true || isFixed,
  });
  const take = useCallback(
    (element: HTMLElement | null) => {
      setNodeRef(element);
      measure(element);
    },
    [setNodeRef, measure],
  );
  const title = titleOf(kindName(of.kind), row.name);
  const isOff = of.toggle?.isOff(row.object) ?? false;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      ref={take}
      className={`${classes.line} ${classes.row}`}
      data-key={row.key}
      data-scope={row.scope}
      data-staged={row.staged}
      data-selected={isSelected || undefined}
      data-off={isOff || undefined}
      data-dragged={isDragging || undefined}
      style={{ top, transform: CSS.Translate.toString(transform), transition: transition }}
    >
      <div role="cell">
        {!isFixed && (
          <label className={classes.check}>
            <input
              type="checkbox"
              checked={isSelected}
              onChange={(e) => onSelect(row, e.currentTarget.checked)}
              aria-label={`Choose ${title}`}
            />
          </label>
        )}
      </div>
      {of.isOrdered === true && (
        <div role="cell" className={classes.place}>
          {isFixed ? (
            <span className={classes.noHandle} />
          ) : (
            <button
              type="button"
              className={classes.iconButton}
              data-part="handle"
              ref={setActivatorNodeRef}
              {...attributes}
              {...listeners}
              aria-label={`Move ${title}, at place ${row.place}`}
            >
              <IconGripVertical size={16} aria-hidden />
            </button>
          )}
          <span>{count(row.place)}</span>
        </div>
      )}
      <NameCell {...props} isEditable={!isFixed} />
      <Values of={of} row={row} />
      <div role="cell" className={classes.marks}>
        <Marks
          row={row}
          isOff={isOff}
          isPredefined={of.isPredefined?.(row.object) ?? false}
          title={title}
          onUndo={actions.undo}
        />
      </div>
      <div role="cell" className={classes.actions}>
        <RowMenu of={of} row={row} title={title} actions={actions} onDetails={onDetails} />
      </div>
    </div>
  );
}

function NameCell<O>({ row, isEditable }: Props<O> & { isEditable: boolean }) {
  return (
    <div role="rowheader" className={classes.name}>
      <TextLink
        to="."
        search={(old) =>
          isEditable ? { ...old, edit: row.name, for: row.scope } : { ...old, name: row.name, for: row.scope }
        }
        size="sm"
        fw={600}
        td={row.staged === "deleted" ? "line-through" : undefined}
      >
        {row.name}
      </TextLink>
      {row.scope === "fed" && <FederatedBadge />}
    </div>
  );
}

function Values<O>({ of, row }: { of: PolicyKind<O>; row: LaidRow<O> }) {
  const targets = of.targets(row.object);
  return (
    <>
      {of.columns.map(({ key, title, text, cell, isNumber }) => {
        const value = text(row.object);
        return (
          <div
            key={key}
            role="cell"
            className={classes.cell}
            data-title={title}
            data-number={isNumber}
            data-none={value === "" || undefined}
            title={value.length > 24 ? value : undefined}
          >
            {cell === undefined ? <span>{value}</span> : cell(row.object)}
          </div>
        );
      })}
      <div role="cell" className={classes.cell} data-title="Targets" data-none={row.scope === "local" || undefined}>
        <span>{row.scope === "local" ? "this cluster" : targets || "all clusters"}</span>
      </div>
    </>
  );
}
