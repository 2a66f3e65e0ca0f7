import { useSyncExternalStore } from "react";

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** The browser's time in milliseconds, once a second for as long as it is wanted; one timer serves the page. */
export function useNow(isWanted = true): number {
  return useSyncExternalStore(isWanted ? subscribe : idle, current);
}

/** The time of the last tick; of this moment when nobody made it tick. */
function current(): number {
  if (timer === undefined && Date.now() - now > 1_000) {
    now = Date.now();
  }
  return now;
}

function subscribe(changed: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now(); // nobody kept it up to date
  }
  listeners.add(changed);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const listener of listeners) {
      listener();
    }
  }, 1_000);
  return () => {
    listeners.delete(changed);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function idle(): () => void {
  return () => undefined;
}
