import { Alert, Button, Group } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { Problem } from "../api.ts";

interface Props {
  problem: Problem;
  title?: string;
  retry?: (() => void) | undefined;
}

/** What the server refused, in its own words, and a way to try again. */
export function Refusal({ problem, title = "That did not work", retry }: Props) {
  return (
    <Alert role="alert" color="red" variant="light" title={title} icon={<IconAlertTriangle aria-hidden />}>
      {problem.message}
      {retry !== undefined && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        </Group>
      )}
    </Alert>
  );
}
