import { describe, expect, it } from "vitest";
import { ruleStateWord, statusOrder, statusWord } from "./words.ts";

describe("the words of states", () => {
  it("call rules in force only where something enforces them", () => {
    expect(ruleStateWord("applied", "kubernetes").label).toBe("in force");
    expect(ruleStateWord("applied", "none").label).toBe("held");
    expect(ruleStateWord("unknown", "none").label).toBe("unknown");
  });

  it("know every status that is put in order", () => {
    expect(statusOrder.map((status) => statusWord(status).color)).not.toContain(undefined);
    expect(new Set(statusOrder.map((status) => statusWord(status).means)).size).toBe(statusOrder.length);
  });

  it("show a word that is new as it is", () => {
    expect(statusWord("melting")).toMatchObject({ label: "melting", color: "gray" });
  });
});
