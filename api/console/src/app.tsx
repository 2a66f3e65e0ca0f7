import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { asProblem } from "./api.ts";
import { newRouter } from "./router.tsx";
import { theme, variables } from "./theme.ts";

/** All that the pages share. */
export function App({ nonce }: { nonce: string }) {
  const [client] = useState(newClient);
  const [router] = useState(() => newRouter(client));
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      cssVariablesResolver={variables}
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={client}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** Server state. The live feed says when it is old; a lost session shows in whichever answer comes first. */
function newClient(): QueryClient {
  const onError = (cause: unknown) => {
    if (asProblem(cause).isSignedOut) {
      void client.invalidateQueries({ queryKey: ["session"] });
    }
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, cause) => failures < 2 && asProblem(cause).isUnreachable,
        networkMode: "always", // a loopback server answers without a network
      },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}
