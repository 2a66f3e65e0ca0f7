import { Checkbox, Group, MultiSelect, Select, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../../../api.ts";
import { useApi, useTarget } from "../../../../hooks/target.ts";
import { useView } from "../../../../hooks/view.ts";
import { Shown } from "../../../../ui/Screen.tsx";
import type { Wire } from "../../../../api.ts";
import { CommentField } from "../fields/CommentField.tsx";
import { GroupField } from "../fields/GroupField.tsx";
import { PlaceField } from "../fields/PlaceField.tsx";
import { Rows } from "../fields/Rows.tsx";
import { newRow, withRow, type FieldsProps, type Form } from "../form.ts";
import { countOf, type ConditionRow, type ResponseValues } from "./response.ts";

type Options = Wire["ResponseOptions"]["response_rule_options"];

export function ResponseFields(props: FieldsProps<ResponseValues>) {
  const client = useApi();
  const view = useView(
    useQuery({
      queryKey: ["policy", useTarget(), "editor", "response-options"],
      queryFn: ({ signal }) => ask(client.GET("/v1/response/options", { signal })),
    }),
  );
  return (
    <Shown view={view} what="what response rules can say">
      {(data) => <Known {...props} options={data.response_rule_options} />}
    </Shown>
  );
}

function Known({ form, scope, around, options }: FieldsProps<ResponseValues> & { options: Options }) {
  const { values, set, at } = form;
  const changeEvent = (event: string) => {
    const types = options[event]?.types ?? [];
    set({ event, conditions: values.conditions.filter((c) => types.includes(c.type) || c.type === "") });
  };
  return (
    <>
      <Select
        label="Event"
        description="What the rule waits for."
        required
        allowDeselect={false}
        data={Object.keys(options).sort()}
        value={values.event}
        onChange={(event) => changeEvent(event ?? "")}
        {...at("event")}
      />
      <GroupField
        label="Group"
        description="Only what happens to this group; empty for whatever it happens to."
        groups={around.groups}
        reserved={scope === "fed" ? ["external", "fed.containers", "fed.nodes"] : ["external", "containers", "nodes"]}
        value={values.group}
        onChange={(group) => set({ group })}
        {...at("group")}
      />
      <Conditions form={form} options={options} />
      <Actions form={form} actions={options[values.event]?.actions ?? []} around={around} />
      <PlaceField value={values.place} onChange={(place) => set({ place })} around={around} {...at("place")} />
      <CommentField value={values.comment} onChange={(comment) => set({ comment })} {...at("comment")} />
      <Switch
        label="Disabled"
        description="The rule stays in the list and does nothing."
        checked={values.isDisabled}
        onChange={(e) => set({ isDisabled: e.currentTarget.checked })}
      />
    </>
  );
}

function Conditions({ form: { values, set, at }, options }: { form: Form<ResponseValues>; options: Options }) {
  const { types, level } = options[values.event] ?? { types: [], level: [] };
  const free = types.filter((t) => !values.conditions.some((c) => c.type === t));
  const change = (row: number, part: Partial<ConditionRow>) =>
    set({ conditions: withRow(values.conditions, row, part) });
  return (
    <Rows
      legend="Conditions"
      about="All must hold. Each can be there once."
      one="condition"
      rows={values.conditions}
      onChange={(conditions) => set({ conditions })}
      fresh={free.length === 0 ? undefined : () => ({ row: newRow(), type: free[0] ?? "", value: "" })}
      {...at("conditions")}
    >
      {(c, i) => (
        <>
          <Select
            label="Condition"
            allowDeselect={false}
            data={types.filter((t) => t === c.type || free.includes(t))}
            value={c.type}
            onChange={(type) => change(c.row, { type: type ?? "", value: "" })}
            {...at(`conditions.${i}.type`)}
          />
          {c.type === "level" ? (
            <Select
              label="Value"
              allowDeselect={false}
              data={level}
              value={c.value === "" ? null : c.value}
              onChange={(value) => change(c.row, { value: value ?? "" })}
              {...at(`conditions.${i}.value`)}
            />
          ) : (
            <TextInput
              label="Value"
              placeholder={{ none: "", count: "3", "count and days": "3/30" }[countOf(c.type)]}
              value={c.value}
              onChange={(e) => change(c.row, { value: e.currentTarget.value })}
              {...at(`conditions.${i}.value`)}
            />
          )}
        </>
      )}
    </Rows>
  );
}

const actionTexts: Record<string, string> = {
  quarantine: "Quarantine: cut the workload off",
  "suppress-log": "Suppress the log entry",
  webhook: "Tell webhooks",
};

interface ActionsProps {
  form: Form<ResponseValues>;
  actions: readonly string[];
  around: FieldsProps<ResponseValues>["around"];
}

function Actions({ form: { values, set, at }, actions, around }: ActionsProps) {
  return (
    <>
      <Checkbox.Group
        label="Actions"
        description="What is done, all of it."
        required
        value={values.actions}
        onChange={(chosen) => set({ actions: chosen })}
        error={at("actions").error}
      >
        <Group mt="xs" gap="md">
          {actions.map((a) => (
            <Checkbox
              key={a}
              value={a}
              label={actionTexts[a] ?? a}
              data-path="actions"
              error={at("actions").error !== undefined}
            />
          ))}
        </Group>
      </Checkbox.Group>
      {values.actions.includes("webhook") && (
        <MultiSelect
          label="Webhooks"
          description="Who is told. Only webhooks of the same scope can be named."
          required
          searchable
          data={[...new Set([...(around.parts ?? []).map((w) => w.name), ...values.webhooks])]}
          nothingFoundMessage="No webhook here; stage one first"
          value={values.webhooks}
          onChange={(webhooks) => set({ webhooks })}
          {...at("webhooks")}
        />
      )}
    </>
  );
}
