import { Group, NumberInput, Paper, Stack, TagsInput, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ask, asProblem, type Wire } from "../../api.ts";
import { useWhyNot } from "../../hooks/may.ts";
import { useNow } from "../../hooks/now.ts";
import { useApi } from "../../hooks/target.ts";
import { Act } from "../../ui/Act.tsx";
import { CopyText } from "../../ui/CopyText.tsx";
import { Refusal } from "../../ui/Refusal.tsx";
import classes from "./TokenForm.module.css";

/** Makes a join token and shows it, once. */
export function TokenForm() {
  const api = useApi();
  const client = useQueryClient();
  const whyNot = useWhyNot();
  const form = useForm<{ minutes: number; uses: number; labels: string[] }>({
    initialValues: { minutes: 60, uses: 1, labels: [] },
    validate: {
      minutes: (v) => (Number.isInteger(v) && v > 0 ? null : "Give a whole number of minutes."),
      uses: (v) => (Number.isInteger(v) && v > 0 ? null : "Give how many clusters may join."),
      labels: (v) => (v.every((label) => /^[^=\s]+=[^=\s]*$/.test(label)) ? null : "Write each label as key=value."),
    },
  });
  const mint = useMutation({
    mutationFn: ({ minutes, uses, labels }: typeof form.values) =>
      ask(
        api.GET("/v1/fed/join_token", {
          params: {
            query: {
              token_duration: String(minutes),
              uses,
              ...(labels.length > 0 ? { labels: labels.join(",") } : {}),
            },
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["tokens"] }),
  });
  return (
    <form onSubmit={form.onSubmit((values) => mint.mutate(values))} aria-label="Make a join token">
      <Stack gap="sm">
        <Group align="flex-start" gap="sm">
          <NumberInput label="Valid for (minutes)" w={160} min={1} {...form.getInputProps("minutes")} />
          <NumberInput label="Clusters that may use it" w={180} min={1} {...form.getInputProps("uses")} />
          <TagsInput
            label="Labels for those that join"
            placeholder={form.values.labels.length === 0 ? "env=prod" : ""}
            className={classes.labels ?? ""}
            splitChars={[",", " "]}
            acceptValueOnBlur
            {...form.getInputProps("labels")}
          />
        </Group>
        {mint.isError && <Refusal title="No token was made" problem={asProblem(mint.error)} />}
        <Act type="submit" w="fit-content" loading={mint.isPending} whyNot={whyNot("manage-fleet")}>
          Make a token
        </Act>
        {mint.data !== undefined && <Minted token={mint.data} />}
      </Stack>
    </form>
  );
}

function Minted({ token }: { token: Wire["MintedToken"] }) {
  const left = Math.max(0, Math.floor((Date.parse(token.expires) - useNow()) / 1_000));
  const minutes = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return (
    <Paper withBorder p="sm" component="section" aria-label="The new token">
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Textarea
          label={`Token ${token.id}`}
          aria-label="Join token"
          value={token.join_token}
          readOnly
          autosize
          minRows={3}
          maxRows={6}
          className={classes.secret ?? ""}
          onFocus={(e) => e.currentTarget.select()}
        />
        <CopyText value={token.join_token} what="the token" />
      </Group>
      <Text size="sm" mt="xs">
        Copy it now: it is not shown again. Whoever has it can join.{" "}
        <Text span inherit fw={700} role="timer" aria-label="Time until it expires">
          {left > 0 ? `Valid for ${minutes} minutes more` : "It has expired"}
        </Text>
        {token.uses > 1 ? `, for ${token.uses} clusters.` : ", for one cluster."}
      </Text>
    </Paper>
  );
}
