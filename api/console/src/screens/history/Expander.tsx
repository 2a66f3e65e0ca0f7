import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useId, type ReactNode } from "react";
import classes from "./history.module.css";

interface Props {
  isOpen: boolean;
  onToggle: () => void;
  /** What is always there. */
  line: ReactNode;
  /** What is there when it is open. */
  children: ReactNode;
}

/** A line that opens to more. */
export function Expander({ isOpen, onToggle, line, children }: Props) {
  const id = useId();
  return (
    <>
      <UnstyledButton
        className={classes.line ?? ""}
        aria-expanded={isOpen}
        {...(isOpen ? { "aria-controls": id } : {})}
        onClick={onToggle}
      >
        <IconChevronRight size={14} className={classes.mark ?? ""} aria-hidden />
        {line}
      </UnstyledButton>
      {isOpen && (
        <div id={id} className={classes.detail}>
          {children}
        </div>
      )}
    </>
  );
}
