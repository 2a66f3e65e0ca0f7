import { useEffect } from "react";
import { api, ask } from "../api.ts";

/** At most so often a session is told that its user is there; it ends after 300 s without a word. */
const intervalMs = 60_000;

/** Keeps the session alive while somebody works, and lets it end when nobody does. */
export function useKeepAlive(): void {
  useEffect(() => {
    let last = Date.now();
    const acted = () => {
      const now = Date.now();
      if (now - last > intervalMs) {
        last = now;
        ask(api().PATCH("/v1/auth")).catch(() => undefined); // the next answer to a page says what is wrong
      }
    };
    const signs = ["pointerdown", "keydown", "wheel"] as const;
    signs.forEach((sign) => window.addEventListener(sign, acted, { passive: true }));
    return () => signs.forEach((sign) => window.removeEventListener(sign, acted));
  }, []);
}
