import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** One step that an operator may take. */
export function Card({ title, about, actions, children }: Props) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <Title order={2} size="h4">
            {title}
          </Title>
          {actions}
        </Group>
        {about !== undefined && (
          <Text size="sm" component="div">
            {about}
          </Text>
        )}
        {children}
      </Stack>
    </Paper>
  );
}
