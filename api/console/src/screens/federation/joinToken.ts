/** What a join token says of itself. The signature is for the master to check. */
export interface JoinToken {
  id: string;
  host: string;
  port: number;
  expires: Date;
}

/** Reads a join token, or says why it cannot be one. Its tags are described in events/bus/token.go. */
export function readJoinToken(text: string): JoinToken | string {
  const claims = claimsOf(text.trim());
  if (claims === undefined) {
    return "This is no join token: copy the whole line that the master showed.";
  }
  const tag = (name: string) => claims.find((t) => t.startsWith(`${name}:`))?.slice(name.length + 1);
  const address = /^\[?([^\]]+)\]?:(\d+)$/.exec(tag("master") ?? "");
  const seconds = Number(tag("expires"));
  const id = tag("token");
  if (id === undefined || address === null || !Number.isFinite(seconds)) {
    return "This is a token for something else: it names no master.";
  }
  return { id, host: address[1] ?? "", port: Number(address[2]), expires: new Date(seconds * 1_000) };
}

/** The tags of a NATS user JWT. */
function claimsOf(text: string): string[] | undefined {
  const payload = text.split(".")[1];
  if (payload === undefined) {
    return undefined;
  }
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims !== "object" || claims === null || !("nats" in claims)) {
      return undefined;
    }
    const { nats } = claims;
    if (typeof nats !== "object" || nats === null || !("tags" in nats) || !Array.isArray(nats.tags)) {
      return undefined;
    }
    return nats.tags.filter((tag) => typeof tag === "string");
  } catch {
    return undefined; // not base64, or not JSON
  }
}
