import { MultiSelect, NumberInput, Switch, TagsInput } from "@mantine/core";
import { applications } from "../applications.ts";
import { reservedEnds } from "../ends.ts";
import { Choice } from "../fields/Choice.tsx";
import { CommentField } from "../fields/CommentField.tsx";
import { GroupField } from "../fields/GroupField.tsx";
import { PlaceField } from "../fields/PlaceField.tsx";
import type { FieldsProps, Form } from "../form.ts";
import { normalPort, portWords } from "../ports.ts";
import { maxPriority, type NetworkValues } from "./network.ts";

export function NetworkFields({ form, scope, around }: FieldsProps<NetworkValues>) {
  const { values, set, at } = form;
  const reserved = reservedEnds(scope);
  return (
    <>
      <GroupField
        label="From"
        description="Who connects: a group, or a name such as external, Host:… or Workload:…"
        required
        groups={around.groups}
        reserved={reserved}
        value={values.from}
        onChange={(from) => set({ from })}
        {...at("from")}
      />
      <GroupField
        label="To"
        description="Who is connected to."
        required
        groups={around.groups}
        reserved={reserved}
        value={values.to}
        onChange={(to) => set({ to })}
        {...at("to")}
      />
      <Traffic form={form} />
      <PlaceField value={values.place} onChange={(place) => set({ place })} around={around} {...at("place")} />
      <NumberInput
        label="Priority"
        description={`0 to ${maxPriority}. It is kept for clients that know it; the place decides which rule counts.`}
        min={0}
        max={maxPriority}
        allowDecimal={false}
        value={values.priority}
        onChange={(n) => set({ priority: typeof n === "number" ? n : 0 })}
        {...at("priority")}
      />
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

function Traffic({ form: { values, set, at } }: { form: Form<NetworkValues> }) {
  return (
    <>
      <TagsInput
        label="Ports"
        description="any, icmp, tcp/80, udp/53-60 or tcp/any; a bare number is TCP. None stands for any."
        placeholder={values.ports.length === 0 ? "any" : ""}
        splitChars={[",", " "]}
        acceptValueOnBlur
        value={values.ports}
        onChange={(words) => set({ ports: [...new Set(words.flatMap(portWords).map((w) => normalPort(w) ?? w))] })}
        {...at("ports")}
      />
      <MultiSelect
        label="Applications"
        description="What is recognized on the wire, whatever the port. None stands for any."
        placeholder={values.applications.length === 0 ? "any" : ""}
        searchable
        clearable
        hidePickedOptions
        nothingFoundMessage="No such application is recognized"
        data={applications}
        value={values.applications}
        onChange={(chosen) => set({ applications: chosen })}
        {...at("applications")}
      />
      <Choice
        label="Action"
        description="What happens to a connection that fits."
        value={values.action}
        onChange={(action) => set({ action })}
        data={[
          { value: "allow", label: "Allow" },
          { value: "deny", label: "Deny" },
        ]}
      />
    </>
  );
}
