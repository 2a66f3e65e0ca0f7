import { describe, expect, test } from "vitest";
import { chooses, maxTargetsLength, parseSelector, selectorText } from "./selector.ts";

function normal(text: string): string | undefined {
  const parsed = parseSelector(text);
  return parsed.is === "selector" ? selectorText(parsed.selector) : undefined;
}

describe("normal form", () => {
  test.each([
    ["nothing", "", ""],
    ["blanks", "  ", ""],
    ["one label", "env=prod", "env=prod"],
    ["blanks around", " env = prod ", "env=prod"],
    ["another equals sign", "env==prod", "env=prod"],
    ["a list of one", "env in (prod)", "env=prod"],
    ["a negated list of one", "env notin (prod)", "env!=prod"],
    ["values in order", "region in (us,eu,us)", "region in (eu,us)"],
    ["requirements in order", "region notin (us,eu),env!=dev,a,!b", "!b,a,env!=dev,region notin (eu,us)"],
    ["of one key in order", "env!=b,env!=a", "env!=a,env!=b"],
    ["twice", "env=prod,env==prod", "env=prod"],
    ["a prefixed key", "example.com/env=prod", "example.com/env=prod"],
    ["numbers", "size > 3, size<9", "size<9,size>3"],
    ["an empty value", "env=", "env="],
    ["an empty value in a list", "env in (,a)", "env in (,a)"],
    ["a key that is a word of the language", "in in (in,notin)", "in in (in,notin)"],
  ])("%s", (_, text, want) => {
    expect(normal(text)).toBe(want);
    expect(normal(want)).toBe(want);
  });
});

describe("what is no selector", () => {
  test.each([
    ["a sign alone", "="],
    ["a bad key", "a b=c"],
    ["a bad value", "env=a/b"],
    ["a list that does not end", "env in (a"],
    ["a list of nothing", "env in ()"],
    ["a number that is none", "size>x"],
    ["a comma at the end", "env=prod,"],
    ["a comma at the beginning", ",env=prod"],
    ["two signs", "env=!=prod"],
    ["a negation with a value", "!env=prod"],
    ["a bad prefix", "Example.com/env=prod"],
    ["too long", `env=${"a".repeat(maxTargetsLength)}`],
  ])("%s", (_, text) => expect(parseSelector(text).is).toBe("wrong"));

  test("says where", () => {
    expect(parseSelector("env in (a")).toEqual({
      is: "wrong",
      reason: "There should be “,” at the end. Write it like env=prod,region in (eu,us).",
    });
  });
});

describe("choosing", () => {
  const prod = { env: "prod", region: "eu", size: "5" };
  test.each([
    ["", true],
    ["env=prod", true],
    ["env=dev", false],
    ["env", true],
    ["!env", false],
    ["region in (eu,us)", true],
    ["env=prod,region=us", false],
    ["env!=dev", true],
    ["tier!=dev", true],
    ["tier notin (a)", true],
    ["tier in (a)", false],
    ["size>4", true],
    ["size<5", false],
    ["env>1", false],
    ["toString", false],
    ["what a later version writes ~~", false],
  ])("%s", (targets, want) => expect(chooses(targets, prod)).toBe(want));

  test("without labels", () => expect(chooses("env=prod", {})).toBe(false));
});
