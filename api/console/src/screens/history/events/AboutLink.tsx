import { Text } from "@mantine/core";
import { never } from "../../../never.ts";
import { kindName } from "../../../parts/kinds.ts";
import { pageKind } from "../../../parts/objectPage.ts";
import { TextLink } from "../../../ui/links.tsx";
import type { About } from "./about.ts";

interface Props {
  about: About;
  /** Tells what a cluster is called now. */
  nameOf: (id: string) => string | undefined;
}

/** What an event is about, with the way there. */
export function AboutLink({ about, nameOf }: Props) {
  switch (about.is) {
    case "object":
      return (
        <TextLink to="/policy/$kind" params={{ kind: pageKind(about.kind) }} search={{ q: about.name }} inherit>
          {kindName(about.kind)} {about.name}
        </TextLink>
      );
    case "cluster":
      return (
        <TextLink to="/fleet/$cluster" params={{ cluster: about.id }} inherit>
          {clusterName(about, nameOf)}
        </TextLink>
      );
    case "rollout":
      return (
        <TextLink to="/rollouts/$rollout" params={{ rollout: about.id }} inherit>
          the rollout
        </TextLink>
      );
    case "named":
      return <Text inherit>{about.name}</Text>;
    case "nothing":
      return null;
    default:
      return never(about);
  }
}

/** What an event is about, in words; "" for nothing. */
export function aboutText(about: About, nameOf: Props["nameOf"]): string {
  switch (about.is) {
    case "object":
    case "named":
      return about.name;
    case "cluster":
      return clusterName(about, nameOf);
    case "rollout":
    case "nothing":
      return "";
    default:
      return never(about);
  }
}

function clusterName({ id, name }: { id: string; name: string }, nameOf: Props["nameOf"]): string {
  return nameOf(id) ?? (name === "" ? id : name);
}
