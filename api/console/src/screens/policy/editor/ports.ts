/** Most bytes that the ports of a rule may have. */
export const maxPortsLength = 4096;

const maxPort = 65535;

/** The normal form of one entry of a list of ports: "any", "icmp", "tcp/80", "udp/53-60", "tcp/any". */
export function normalPort(text: string): string | undefined {
  const word = text.trim().toLowerCase();
  if (word === "any" || word === "icmp" || word === "any/any" || word === "icmp/any") {
    return word.split("/")[0];
  }
  const found = /^(?:(tcp|udp)\/)?(\d{1,5})(?:-(\d{1,5}))?$/.exec(word);
  if (found === null) {
    const whole = /^(tcp|udp)(?:\/any)?$/.exec(word);
    return whole === null ? undefined : `${whole[1] ?? "tcp"}/any`;
  }
  const [, protocol = "tcp", first = "", last = first] = found;
  const [low, high] = [Number(first), Number(last)];
  if (low > high || high === 0 || high > maxPort) {
    return undefined;
  }
  if (low <= 1 && high === maxPort) {
    return `${protocol}/any`;
  }
  return low === high ? `${protocol}/${low}` : `${protocol}/${low}-${high}`;
}

/** The entries of a list of ports. */
export function portWords(text: string): string[] {
  return text.split(/[, ]+/).filter((word) => word !== "");
}

/** The list of ports in the normal form of the server. An entry that cannot be read stays as it is. */
export function normalPorts(words: readonly string[]): string {
  const normal = words.flatMap((w) => portWords(w)).map((w) => normalPort(w) ?? w);
  if (normal.length === 0 || normal.includes("any")) {
    return "any";
  }
  const kept = normal.filter((w) => w.endsWith("/any") || !normal.includes(`${w.split("/")[0] ?? ""}/any`));
  return [...new Set(kept)].sort(byPort).join(",");
}

/** What is wrong with a list of ports. */
export function checkPorts(words: readonly string[]): string | undefined {
  const bad = words.flatMap((w) => portWords(w)).find((w) => normalPort(w) === undefined);
  if (bad !== undefined) {
    return `“${bad}” cannot be read; write any, icmp, tcp/80, udp/53-60 or tcp/any.`;
  }
  return normalPorts(words).length > maxPortsLength
    ? `The list is too long; at most ${maxPortsLength} bytes are kept.`
    : undefined;
}

function byPort(a: string, b: string): number {
  const [left, right] = [keyOf(a), keyOf(b)];
  return left[0].localeCompare(right[0]) || left[1] - right[1] || left[2] - right[2];
}

function keyOf(word: string): [string, number, number] {
  const [protocol = "", ports = ""] = word.split("/");
  if (ports === "any" || ports === "") {
    return [protocol, 0, maxPort];
  }
  const [low = "0", high = low] = ports.split("-");
  return [protocol, Number(low), Number(high)];
}
