import { Stack } from "@mantine/core";
import { memo, useState } from "react";
import { TextLink } from "../../../ui/links.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { count } from "../../../ui/number.ts";
import { RawData } from "../../../ui/RawData.tsx";
import { Expander } from "../Expander.tsx";
import { Facts } from "../Facts.tsx";
import classes from "../history.module.css";
import { aboutOf } from "./about.ts";
import { AboutLink, aboutText } from "./AboutLink.tsx";
import type { Event } from "./filter.ts";
import { eventWords } from "./words.ts";

interface Props {
  event: Event;
  /** Tells what a cluster is called now. */
  nameOf: (id: string) => string | undefined;
}

/** One event: what happened, to what, by whom and when; all of it when it is opened. */
export const EventLine = memo(function EventLine({ event, nameOf }: Props) {
  const [isOpen, setOpen] = useState(false);
  const about = aboutOf(event);
  const line = (
    <>
      <b>{eventWords(event.kind)}</b>
      <span>{aboutText(about, nameOf)}</span>
      <span className={classes.about}>by {event.actor}</span>
      <Moment at={event.time} className={classes.when ?? ""} />
    </>
  );
  return (
    <li>
      <Expander isOpen={isOpen} onToggle={() => setOpen(!isOpen)} line={line}>
        <Whole event={event} nameOf={nameOf} />
      </Expander>
    </li>
  );
});

function Whole({ event, nameOf }: Props) {
  const about = aboutOf(event);
  const isPolicy = event.log === "RULES";
  return (
    <Stack gap="xs">
      <Facts
        facts={[
          ["kind", event.kind],
          ...(about.is === "nothing" ? [] : [["about", <AboutLink key="" about={about} nameOf={nameOf} />] as const]),
          [
            "revision",
            isPolicy ? (
              <TextLink key="" to="/history" search={{ tab: "changes", revision: String(event.revision) }} inherit>
                {count(event.revision)}
              </TextLink>
            ) : (
              `${count(event.revision)} of the log ${event.log}`
            ),
          ],
          ...(event.set_size > 1
            ? [["in its change set", `${count(event.set_index + 1)} of ${count(event.set_size)}`] as const]
            : []),
          [
            "command",
            <TextLink key="" to="/history" search={{ tab: "events", command: event.command }} inherit ff="monospace">
              {event.command}
            </TextLink>,
          ],
        ]}
      />
      <RawData value={event.data} label={`What the event says: ${event.kind}`} />
    </Stack>
  );
}
