import { Button, Stack, Text } from "@mantine/core";
import { asProblem } from "../../api.ts";
import { Refusal } from "../../ui/Refusal.tsx";

interface Props {
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    error: unknown;
    fetchNextPage: () => unknown;
  };
  /** Says that this is all: "These are all 12 change sets." */
  end: string;
}

/** Goes on to what is older, or says that there is nothing. */
export function OlderButton({ query, end }: Props) {
  return (
    <Stack gap="xs">
      {query.isFetchNextPageError && (
        <Refusal
          title="Could not read what is older"
          problem={asProblem(query.error)}
          retry={() => void query.fetchNextPage()}
        />
      )}
      {query.hasNextPage ? (
        <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Older
        </Button>
      ) : (
        <Text size="sm" ta="center">
          {end}
        </Text>
      )}
    </Stack>
  );
}
