import { useElementSize } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import type { Cluster } from "../../hooks/fleet.ts";
import { statusWord } from "../../parts/words.ts";
import { drawCells } from "./draw.ts";
import { nextCell } from "./strip.ts";
import classes from "./Strip.module.css";

interface Props {
  clusters: readonly Cluster[];
  side: number;
  scheme: string;
  label: string;
}

/** A cell for each cluster. It is a list for those who do not see it: arrows move, Enter opens. */
export function Board({ clusters, side, scheme, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { ref, width } = useElementSize();
  const id = useId();
  const navigate = useNavigate();
  const [cursor, setCursor] = useState<number>();
  const [pointed, setPointed] = useState<number>();
  const [isFocused, setFocused] = useState(false);
  const perLine = Math.max(1, Math.floor(width / side));
  const at = pointed ?? (isFocused ? cursor : undefined);
  const told = at === undefined ? undefined : clusters[at];
  const marked = isFocused ? cursor : undefined;

  useEffect(() => {
    if (canvas.current !== null && width > 0) {
      drawCells(canvas.current, clusters, side, width, marked);
    }
  }, [clusters, side, width, marked, scheme]);

  const open = (cluster: Cluster | undefined) => {
    if (cluster !== undefined) {
      void navigate({ to: "/fleet/$cluster", params: { cluster: cluster.id } });
    }
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const to = nextCell(e.key, cursor ?? 0, clusters.length, perLine);
    if (e.key === "Enter") {
      e.preventDefault();
      open(clusters[cursor ?? 0]);
    } else if (to !== undefined) {
      e.preventDefault();
      setPointed(undefined);
      setCursor(to);
    }
  };
  const cellUnder = (e: { nativeEvent: MouseEvent }) => {
    const column = Math.floor(e.nativeEvent.offsetX / side);
    const found = Math.floor(e.nativeEvent.offsetY / side) * perLine + column;
    return column < perLine && found < clusters.length ? found : undefined;
  };
  const active = clusters[cursor ?? 0];
  return (
    <div
      ref={ref}
      className={classes.board}
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={active === undefined ? undefined : id}
      onKeyDown={onKeyDown}
      onFocus={() => {
        setFocused(true);
        setCursor((now) => Math.min(now ?? 0, clusters.length - 1));
      }}
      onBlur={() => setFocused(false)}
    >
      <canvas
        ref={canvas}
        aria-hidden
        onPointerMove={(e) => setPointed(cellUnder(e))}
        onPointerLeave={() => setPointed(undefined)}
        onClick={(e) => {
          const found = cellUnder(e);
          open(found === undefined ? undefined : clusters[found]);
        }}
      />
      {active !== undefined && (
        <div
          id={id}
          role="option"
          aria-selected="true"
          aria-posinset={(cursor ?? 0) + 1}
          aria-setsize={clusters.length}
          aria-label={`${active.name}, ${statusWord(active.status).label}`}
        />
      )}
      {told !== undefined && at !== undefined && (
        <div className={classes.tip} style={tipPlace(at, perLine, side, width)} aria-hidden>
          <b>{told.name}</b> – {statusWord(told.status).label}
          {told.error !== "" && `: ${told.error}`}
        </div>
      )}
    </div>
  );
}

function tipPlace(at: number, perLine: number, side: number, width: number) {
  const x = (at % perLine) * side;
  const top = Math.floor(at / perLine) * side + side + 2;
  return x > width / 2 ? { top, right: width - x - side } : { top, left: x };
}

/** One cell as the picture draws it. */
export function Sample({ status, scheme }: { status: string; scheme: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null) {
      drawCells(canvas.current, [{ status }], 16, 16, undefined);
    }
  }, [status, scheme]);
  return <canvas ref={canvas} aria-hidden />;
}
