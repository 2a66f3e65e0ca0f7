import { Alert, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCloudOff } from "@tabler/icons-react";
import { useEffect, type ReactNode } from "react";
import { never } from "../never.ts";
import type { View } from "../hooks/view.ts";
import { Moment } from "./Moment.tsx";
import { Refusal } from "./Refusal.tsx";

interface ScreenProps {
  title: string;
  /** One sentence under the title. */
  about?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** The frame of a screen: one title, its actions, its content. */
export function Screen({ title, about, actions, children }: ScreenProps) {
  useEffect(() => {
    document.title = `${title} – fedhub`;
  }, [title]);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Title order={1} size="h2">
            {title}
          </Title>
          {about !== undefined && (
            <Text c="dimmed" size="sm">
              {about}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

interface ShownProps<T> {
  view: View<T>;
  /** Says what is awaited or could not be read: "the fleet". */
  what: string;
  /** Draws what there is; stale data is marked above it. */
  children: (data: T) => ReactNode;
}

/** Draws a view in each of its states. */
export function Shown<T>({ view, what, children }: ShownProps<T>) {
  switch (view.is) {
    case "loading":
      return <Loading what={what} />;
    case "failed":
      return <Refusal title={`Could not read ${what}`} problem={view.problem} retry={view.retry} />;
    case "live":
    case "stale":
      return (
        // The content stays in one place, so that what was typed in it does, too.
        <>
          {view.is === "stale" && <Stale since={view.since} />}
          {children(view.data)}
        </>
      );
    default:
      return never(view);
  }
}

/** Stands where something will be. */
export function Loading({ what }: { what: string }) {
  return (
    <Stack gap="xs" role="status" aria-label={`Reading ${what}`}>
      <Skeleton height={28} width="40%" />
      <Skeleton height={120} />
      <Skeleton height={28} />
    </Stack>
  );
}

/** Says since when nothing newer is known than what is shown. */
export function Stale({ since }: { since: Date }) {
  return (
    <Alert role="status" color="yellow" variant="light" p="xs" icon={<IconCloudOff aria-hidden />} title={null}>
      Stale since <Moment at={since} fw={600} />: this is the last that was known.
    </Alert>
  );
}

/** Says that there is nothing, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap={4} py="xl" role="status">
      <Text fw={600}>{title}</Text>
      <Text c="dimmed" size="sm" ta="center" component="div" maw={520}>
        {children}
      </Text>
    </Stack>
  );
}
