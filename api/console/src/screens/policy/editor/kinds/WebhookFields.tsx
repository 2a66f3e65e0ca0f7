import { Select, Switch, TextInput } from "@mantine/core";
import { NameField } from "../fields/NameField.tsx";
import type { FieldsProps } from "../form.ts";
import type { WebhookValues } from "./webhook.ts";

const plain = "plain";

export function WebhookFields({ form: { values, set, at }, scope, around }: FieldsProps<WebhookValues>) {
  return (
    <>
      <NameField
        value={values.name}
        onChange={(name) => set({ name })}
        scope={scope}
        isNew={around.isNew}
        {...at("name")}
      />
      <TextInput
        label="Address"
        description={`Where it is sent${scope === "fed" ? ", by each cluster by itself" : ""}. Its path is often a secret.`}
        required
        type="url"
        autoComplete="off"
        placeholder="https://example.com/hook"
        value={values.url}
        onChange={(e) => set({ url: e.currentTarget.value })}
        {...at("url")}
      />
      <Select
        label="Form"
        description="How it is written."
        allowDeselect={false}
        data={[
          { value: plain, label: "Plain" },
          { value: "Slack", label: "Slack" },
          { value: "JSON", label: "JSON" },
          { value: "Teams", label: "Teams" },
        ]}
        value={values.type === "" ? plain : values.type}
        onChange={(type) => set({ type: type === null || type === plain ? "" : type })}
      />
      <Switch
        label="Through the proxy"
        description="Sent through the proxy that the cluster has, if it has one."
        checked={values.usesProxy}
        onChange={(e) => set({ usesProxy: e.currentTarget.checked })}
      />
      <Switch
        label="Enabled"
        description="While it is off, nothing is sent."
        checked={values.isEnabled}
        onChange={(e) => set({ isEnabled: e.currentTarget.checked })}
      />
    </>
  );
}
