import type { Wire } from "./api.ts";

/** How the live feed of this browser does. */
export type Feed = { is: "connecting" } | { is: "live" } | { is: "stale"; since: Date };

/** The messages of the feed by name. */
export interface Messages {
  hello: Wire["LiveHello"];
  tick: Wire["LiveTick"];
  fleet: Wire["LiveFleet"];
  spread: Wire["LiveSpread"];
  rollout: Wire["Rollout"];
  event: Wire["Event"];
}

type Named = { [K in keyof Messages]: { name: K; data: Messages[K] } }[keyof Messages];
/** A message as it came: a text goes to the other tabs at less cost than what it stands for. */
interface Said {
  name: keyof Messages;
  text: string;
}
type Broadcast = Said | { name: "lost" } | { name: "refused" } | { name: "who" };

const names = ["hello", "tick", "fleet", "spread", "rollout", "event"] as const;

/** Without a word for so long, the server is not heard from: it ticks every second. */
const silenceMs = 3_500;
/** How long a new connection may take before the page says that it is not there. */
const patienceMs = 4_500;
/** When a connection was refused, it is tried again after so long. */
const retryMs = 1_000;

/**
 * The live feed: one connection for all tabs of a browser. The tab that holds the lock keeps it and tells the others;
 * when that tab closes, another takes over. Every tab judges for itself when it last heard something.
 */
export class LiveFeed {
  private state: Feed = { is: "connecting" };
  private heard = 0;
  private hello: string | undefined;
  private channel: BroadcastChannel | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly handlers = new Set<(message: Named) => void>();
  private readonly refusals = new Set<() => void>();
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Begins to listen; returns the way to end that, which gives the lead to another tab. */
  open(): () => void {
    this.heard = Date.now();
    const channel = new BroadcastChannel("fedhub-live");
    channel.onmessage = (e: MessageEvent<Broadcast>) => this.take(e.data);
    channel.postMessage({ name: "who" } satisfies Broadcast);
    this.channel = channel;
    const watch = setInterval(() => this.look(), 500);
    const ended = new AbortController();
    navigator.locks
      .request("fedhub-live", { signal: ended.signal }, () => this.lead(ended.signal))
      .catch(() => undefined); // the wait for the lock was aborted: the page is closing
    return () => {
      clearInterval(watch);
      ended.abort();
      channel.close();
      this.channel = undefined;
      this.state = { is: "connecting" };
    };
  }

  readonly subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  readonly current = (): Feed => this.state;

  /** Calls back for every message from now on; returns the way to end that. */
  on<K extends keyof Messages>(name: K, handle: (data: Messages[K]) => void): () => void {
    const filtered = (message: Named) => {
      if (message.name === name) {
        handle(message.data as Messages[K]);
      }
    };
    this.handlers.add(filtered);
    return () => this.handlers.delete(filtered);
  }

  /** Calls back whenever the server refuses the feed, as it does when the session is over. */
  onRefused(handle: () => void): () => void {
    this.refusals.add(handle);
    return () => this.refusals.delete(handle);
  }

  /** Keeps the connection until the feed ends. It is what holds the lock. */
  private lead(ended: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let source: EventSource | undefined;
      let retry: ReturnType<typeof setTimeout> | undefined;
      const open = () => {
        source = new EventSource(this.url);
        for (const name of names) {
          source.addEventListener(name, (e: MessageEvent<string>) => {
            this.tell({ name, text: e.data });
          });
        }
        source.onerror = () => {
          const isRefused = source?.readyState === EventSource.CLOSED;
          this.tell({ name: isRefused ? "refused" : "lost" });
          if (isRefused) {
            retry = setTimeout(open, retryMs); // the browser does not try again by itself
          }
        };
      };
      open();
      ended.addEventListener("abort", () => {
        clearTimeout(retry);
        source?.close();
        resolve();
      });
    });
  }

  private tell(message: Broadcast): void {
    this.channel?.postMessage(message);
    this.take(message);
  }

  private take(message: Broadcast): void {
    switch (message.name) {
      case "who":
        if (this.hello !== undefined && this.state.is === "live") {
          this.channel?.postMessage({ name: "hello", text: this.hello } satisfies Broadcast);
        }
        return;
      case "lost":
        this.become({ is: "stale", since: new Date(this.heard) });
        return;
      case "refused":
        this.become({ is: "stale", since: new Date(this.heard) });
        for (const handle of this.refusals) {
          handle();
        }
        return;
      case "hello":
        this.hello = message.text;
        break;
      default:
    }
    this.heard = Date.now();
    const data: unknown = JSON.parse(message.text);
    for (const handle of this.handlers) {
      handle({ name: message.name, data } as Named);
    }
    this.become({ is: "live" });
  }

  private look(): void {
    const silent = Date.now() - this.heard;
    if (silent > (this.state.is === "connecting" ? patienceMs : silenceMs)) {
      this.become({ is: "stale", since: new Date(this.heard) });
    }
  }

  private become(next: Feed): void {
    if (next.is === this.state.is) {
      return; // stale stays stale since the first time
    }
    this.state = next;
    for (const changed of this.listeners) {
      changed();
    }
  }
}
