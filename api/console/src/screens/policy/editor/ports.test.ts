import { describe, expect, test } from "vitest";
import { checkPorts, normalPorts, portWords } from "./ports.ts";

describe("the normal form of ports", () => {
  test.each([
    ["", "any"],
    [" ", "any"],
    ["any", "any"],
    ["ANY", "any"],
    ["80", "tcp/80"],
    ["8500-8508", "tcp/8500-8508"],
    ["tcp/80", "tcp/80"],
    ["TCP/80", "tcp/80"],
    ["udp/53", "udp/53"],
    ["tcp/1-100", "tcp/1-100"],
    ["tcp/any", "tcp/any"],
    ["tcp/0-65535", "tcp/any"],
    ["icmp", "icmp"],
    ["udp/53,tcp/443,icmp,80", "icmp,tcp/80,tcp/443,udp/53"],
    ["tcp/443, tcp/80", "tcp/80,tcp/443"],
    ["tcp/443 udp/53", "tcp/443,udp/53"],
    ["tcp/80,80", "tcp/80"],
    ["tcp/any,tcp/80,udp/53", "tcp/any,udp/53"],
    ["tcp/any,udp/any", "tcp/any,udp/any"],
    ["any,tcp/80", "any"],
    ["tcp/100,tcp/20,tcp/20-30", "tcp/20,tcp/20-30,tcp/100"],
  ])("%s", (text, want) => {
    expect(checkPorts(portWords(text))).toBeUndefined();
    expect(normalPorts(portWords(text))).toBe(want);
  });
});

describe("what are no ports", () => {
  test.each(
    "tcp/ tcp/65536 tcp/-1 tcp/0 tcp/9-1 tcp/1- tcp/- sctp/1 http tcp/80/90 icmp/8 any/80 tcp/+80 tcp/0x50 80;90 /80 1-2-3".split(
      " ",
    ),
  )("%s", (text) => expect(checkPorts([text])).toContain(text));
});
