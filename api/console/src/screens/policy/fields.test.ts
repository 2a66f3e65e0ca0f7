import { expect, test } from "vitest";
import { fieldsOf } from "./fields.ts";

test("an object is told field by field", () => {
  const { said, empty } = fieldsOf({
    id: 7,
    cfg_type: "federal",
    comment: "",
    disable: false,
    criteria: [{ key: "image", op: "=", value: "nginx", sub_criteria: [] }],
    webhooks: [],
    created_timestamp: 0,
    last_modified_timestamp: 1_700_000_000,
  });
  expect(said).toEqual([
    { name: "number", value: { is: "text", text: "7" } },
    { name: "scope", value: { is: "text", text: "federated" } },
    { name: "disable", value: { is: "text", text: "no" } },
    { name: "criteria", value: { is: "list", items: ["key: image, op: =, value: nginx"] } },
    { name: "created", value: { is: "time", at: undefined } },
    { name: "last modified", value: { is: "time", at: 1_700_000_000_000 } },
  ]);
  expect(empty).toEqual(["comment", "webhooks"]);
});
