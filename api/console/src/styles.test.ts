import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("has the styles of every component of Mantine that the console uses", () => {
  const styles = readFileSync("src/styles.ts", "utf8");
  const missing = new Set<string>();
  for (const file of readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".tsx"),
  )) {
    for (const [, names = ""] of readFileSync(`src/${file}`, "utf8").matchAll(
      /import \{([^}]+)\} from "@mantine\/core"/g,
    )) {
      for (const name of names.split(",").map((part) => part.trim())) {
        const path = `@mantine/core/styles/${name}.css`;
        if (existsSync(`node_modules/${path}`) && !styles.includes(path)) {
          missing.add(name);
        }
      }
    }
  }
  expect([...missing], "add these to src/styles.ts").toEqual([]);
});
