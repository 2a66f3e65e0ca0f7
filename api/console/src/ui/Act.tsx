import { Button, Tooltip, type ButtonProps } from "@mantine/core";
import type { ReactNode } from "react";

interface Props extends Omit<ButtonProps, "disabled"> {
  /** Why it cannot be done now; undefined when it can. It stays reachable by keyboard, so that the reason is. */
  whyNot?: string | undefined;
  onClick?: () => void;
  type?: "button" | "submit";
  children: ReactNode;
}

/** A button that says why it does nothing when it does nothing. */
export function Act({ whyNot, onClick, type = "button", children, ...rest }: Props) {
  const isOff = whyNot !== undefined;
  return (
    <Tooltip label={whyNot} disabled={!isOff} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...rest}
        type={type}
        {...(isOff ? { "data-disabled": true, "aria-disabled": true, "aria-description": whyNot } : {})}
        onClick={(e) => {
          if (isOff) {
            e.preventDefault();
          } else {
            onClick?.();
          }
        }}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
