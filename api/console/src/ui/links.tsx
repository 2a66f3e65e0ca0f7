import { Anchor, Button, NavLink, type AnchorProps, type ButtonProps, type NavLinkProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentProps, Ref } from "react";

type OfAnchor<P> = Omit<ComponentProps<"a">, keyof P | "ref"> & P & { ref?: Ref<HTMLAnchorElement> };

/** A link to one of our pages, in the text. */
export const TextLink = createLink((props: OfAnchor<AnchorProps>) => <Anchor component="a" {...props} />);

/** A link to one of our pages that looks like a button. */
export const ButtonLink = createLink((props: OfAnchor<ButtonProps>) => <Button component="a" {...props} />);

/** A line of the navigation. */
export const NavPage = createLink((props: OfAnchor<NavLinkProps>) => <NavLink component="a" {...props} />);
