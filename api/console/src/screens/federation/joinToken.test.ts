import { describe, expect, it } from "vitest";
import { readJoinToken } from "./joinToken.ts";

const token = (claims: unknown) => `e30.${btoa(JSON.stringify(claims)).replaceAll("+", "-").replaceAll("/", "_")}.c2ln`;

describe("a join token", () => {
  it("says where the master is and when it expires", () => {
    const text = token({
      nats: { tags: ["token:t1", "master:fed.example.com:11443", "pin:ab", "expires:1700000000"] },
    });
    expect(readJoinToken(` ${text}\n`)).toEqual({
      id: "t1",
      host: "fed.example.com",
      port: 11443,
      expires: new Date(1_700_000_000_000),
    });
  });

  it("may name an IPv6 address", () => {
    const text = token({ nats: { tags: ["token:t1", "master:[2001:db8::1]:11443", "expires:1700000000"] } });
    expect(readJoinToken(text)).toMatchObject({ host: "2001:db8::1", port: 11443 });
  });

  it.each(["", "abc", "a.b.c", "a.!!.c", token([]), token({ nats: { tags: "no" } })])("is not %j", (text) => {
    expect(readJoinToken(text)).toMatch(/no join token/);
  });

  it("is not another NATS user's", () => {
    expect(readJoinToken(token({ nats: { tags: ["other"] } }))).toMatch(/something else/);
  });
});
