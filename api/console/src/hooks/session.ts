import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, asProblem, ask, Problem, type Wire } from "../api.ts";

export type Session = NonNullable<Wire["Session"]>;

/** Who uses this browser. */
export type SignIn =
  | { is: "loading" }
  | { is: "out" }
  | { is: "in"; session: Session }
  /** It was signed in and is no more; the page keeps what was typed. */
  | { is: "over"; session: Session }
  | { is: "failed"; problem: Problem; retry: () => void };

const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ client, signal }): Promise<{ session: Session | null; was: Session | null }> => {
    const before = client.getQueryData<{ session: Session | null; was: Session | null }>(["session"]);
    try {
      const { session } = await ask(api().GET("/v1/auth", { signal }));
      return { session, was: session };
    } catch (cause) {
      if (asProblem(cause).isSignedOut) {
        return { session: null, was: before?.was ?? null };
      }
      throw cause;
    }
  },
  staleTime: Infinity,
});

export function useSignIn(): SignIn {
  const query = useQuery(sessionQuery);
  if (query.data === undefined) {
    if (query.isError) {
      return { is: "failed", problem: asProblem(query.error), retry: () => void query.refetch() };
    }
    return { is: "loading" };
  }
  const { session, was } = query.data;
  if (session !== null) {
    return { is: "in", session };
  }
  return was === null ? { is: "out" } : { is: "over", session: was };
}

interface Credentials {
  username: string;
  password: string;
  /** Replaces the password in the same step. */
  newPassword?: string;
}

/** Logs in. Its data is true once there is a session, and false when a new password is asked for first. */
export function useLogIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ username, password, newPassword }: Credentials) => {
      const secret = { username, password, ...(newPassword === undefined ? {} : { new_password: newPassword }) };
      const answer = await ask(api().POST("/v1/auth", { body: { password: secret } }));
      return !answer.need_to_reset_password;
    },
    onSuccess: async (entered, { username }) => {
      if (!entered) {
        return;
      }
      const isBack = client.getQueryData(sessionQuery.queryKey)?.was?.username === username;
      if (!isBack) {
        await client.resetQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      }
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      if (isBack) {
        void client.invalidateQueries(); // the pages stay as they are meanwhile, with what was typed in them
      }
    },
  });
}

/** Ends the session and forgets all that was read with it. */
export function useLogOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => ask(api().DELETE("/v1/auth")),
    onSettled: () => {
      client.setQueryData(sessionQuery.queryKey, { session: null, was: null });
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
    },
  });
}
