import type { ErrorComponentProps } from "@tanstack/react-router";
import { asProblem } from "../api.ts";
import { ButtonLink } from "../ui/links.tsx";
import { Refusal } from "../ui/Refusal.tsx";
import { Empty, Screen } from "../ui/Screen.tsx";

/** Stands at a path that is none of ours. */
export function NotFound() {
  return (
    <Screen title="No such page">
      <Empty title="There is nothing at this address.">
        <ButtonLink to="/fleet" mt="sm">
          To the fleet
        </ButtonLink>
      </Empty>
    </Screen>
  );
}

/** Stands where a page broke, which is a defect of ours. */
export function Crashed({ error, reset }: ErrorComponentProps) {
  return <Refusal title="This page broke" problem={asProblem(error)} retry={reset} />;
}
