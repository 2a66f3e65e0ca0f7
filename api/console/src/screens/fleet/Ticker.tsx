import { Collapse, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { memo } from "react";
import { useDisclosure } from "@mantine/hooks";
import { useSpreads } from "../../hooks/spread.ts";
import { SpreadLine } from "../../parts/Spread.tsx";
import { TextLink } from "../../ui/links.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { count } from "../../ui/number.ts";
import type { Spread } from "../../hooks/spread.ts";
import classes from "./fleet.module.css";

/** So many change sets are shown of those that were seen on their way. */
const mostShown = 6;

function TickerShown() {
  const [newest, ...before] = useSpreads().slice(0, mostShown);
  const [isOpen, older] = useDisclosure();
  if (newest === undefined) {
    return null;
  }
  return (
    <section className={classes.ticker} aria-label="Change sets on their way">
      <ol>
        <Tick spread={newest} />
      </ol>
      <VisuallyHidden role="status">{newest.done ? saidOf(newest) : ""}</VisuallyHidden>
      {before.length > 0 && (
        <>
          <Collapse expanded={isOpen}>
            <ol>
              {before.map((spread) => (
                <Tick key={spread.revision} spread={spread} />
              ))}
            </ol>
          </Collapse>
          <UnstyledButton onClick={older.toggle} aria-expanded={isOpen} fz="sm" mih={24} td="underline">
            {isOpen ? "Only the newest" : `${count(before.length)} before it`}
          </UnstyledButton>
        </>
      )}
    </section>
  );
}

/** How the newest change sets spread through the fleet, as it happens. */
export const Ticker = memo(TickerShown);

function Tick({ spread }: { spread: Spread }) {
  return (
    <li className={classes.tick}>
      <TextLink to="/history" search={{ revision: String(spread.revision) }} inherit>
        Revision {count(spread.revision)}
      </TextLink>
      <SpreadLine spread={spread} />
      <Moment at={spread.at} ago size="sm" />
    </li>
  );
}

function saidOf({ revision, reached, of }: Spread): string {
  return `Revision ${count(revision)} has reached ${count(reached)} of ${count(of)} clusters.`;
}
