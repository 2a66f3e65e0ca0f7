import { Menu } from "@mantine/core";
import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconArrowDown,
  IconArrowUp,
  IconCopy,
  IconDotsVertical,
  IconEye,
  IconLock,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconStairsUp,
  IconTrash,
  type Icon,
} from "@tabler/icons-react";
import { useRef, useState } from "react";
import type { RowActions } from "./actions.ts";
import type { PolicyKind } from "./kind.ts";
import classes from "./PolicyTable.module.css";
import type { LaidRow } from "./rows.ts";

interface Props<O> {
  of: PolicyKind<O>;
  row: LaidRow<O>;
  /** What the row is called. */
  title: string;
  actions: RowActions<O>;
  onDetails: (row: LaidRow<O>) => void;
}

/** What can be done to one row; a lock and its reason where nothing can. */
export function RowMenu<O>({ of, row, title, actions, onDetails }: Props<O>) {
  const whyNot = whyNotOf(of, row, actions);
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div className={classes.menu}>
      <button
        ref={button}
        type="button"
        className={classes.iconButton}
        data-part="menu"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={whyNot === undefined ? `Actions for ${title}` : `Actions for ${title}. ${whyNot}`}
        title={whyNot}
        onClick={() => setOpen(true)}
      >
        {whyNot === undefined ? <IconDotsVertical size={16} aria-hidden /> : <IconLock size={16} aria-hidden />}
      </button>
      {isOpen && (
        <Menu opened onChange={(opened) => !opened && close()} position="bottom-end" withinPortal returnFocus={false}>
          <Menu.Target>
            <span className={classes.anchor} />
          </Menu.Target>
          <Menu.Dropdown aria-label={`Actions for ${title}`}>
            <Item icon={IconEye} onClick={() => onDetails(row)}>
              Details
            </Item>
            {whyNot === undefined && row.staged !== "deleted" && <Changes of={of} row={row} actions={actions} />}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}

/** Why a row cannot be changed; undefined when it can. */
export function whyNotOf<O>(of: PolicyKind<O>, row: LaidRow<O>, actions: RowActions<O>): string | undefined {
  if (of.isPredefined?.(row.object) === true) {
    return "It was made by the system and stays as it is.";
  }
  return actions.whyNot(row.scope);
}

function Changes<O>({ of, row, actions }: Pick<Props<O>, "of" | "row" | "actions">) {
  const isOff = of.toggle?.isOff(row.object);
  return (
    <>
      <Item icon={IconPencil} onClick={() => actions.edit(row)}>
        Edit
      </Item>
      {isOff !== undefined && (
        <Item icon={isOff ? IconPlayerPlay : IconPlayerPause} onClick={() => actions.toggle([row], isOff)}>
          {isOff ? "Enable" : "Disable"}
        </Item>
      )}
      {of.copies !== undefined && (
        <Item icon={IconCopy} onClick={() => actions.copy(row)}>
          Duplicate
        </Item>
      )}
      {of.isOrdered === true && <Moves row={row} actions={actions} />}
      {actions.promote !== undefined && row.scope === "local" && row.staged !== "created" && (
        <Item icon={IconStairsUp} onClick={() => actions.promote?.([row])}>
          Make it federated
        </Item>
      )}
      <Menu.Divider />
      <Item icon={IconTrash} color="red.8" onClick={() => actions.remove([row])}>
        Delete
      </Item>
    </>
  );
}

function Moves<O>({ row, actions }: Pick<Props<O>, "row" | "actions">) {
  return (
    <>
      <Menu.Divider />
      <Item icon={IconArrowBarToUp} onClick={() => actions.step(row, "top")}>
        Move to the top
      </Item>
      <Item icon={IconArrowUp} onClick={() => actions.step(row, "up")}>
        Move up
      </Item>
      <Item icon={IconArrowDown} onClick={() => actions.step(row, "down")}>
        Move down
      </Item>
      <Item icon={IconArrowBarToDown} onClick={() => actions.step(row, "bottom")}>
        Move to the end
      </Item>
      <Menu.Divider />
    </>
  );
}

interface ItemProps {
  icon: Icon;
  color?: string;
  onClick: () => void;
  children: string;
}

function Item({ icon: Picture, color, onClick, children }: ItemProps) {
  return (
    <Menu.Item
      leftSection={<Picture size={16} aria-hidden />}
      onClick={onClick}
      {...(color === undefined ? {} : { color })}
    >
      {children}
    </Menu.Item>
  );
}
