import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./wire.gen.ts";

/** The types of the interface, as openapi.yaml names them. */
export type Wire = components["schemas"];

/** What the server refused, or why it could not be asked. Its message is a sentence for people. */
export class Problem extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Code of the interface; 0 when there was no answer in its form. */
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.code = code;
  }

  /** Whether there is no valid session: it never was, or it is over. */
  get isSignedOut(): boolean {
    return this.status === 401 || this.status === 408;
  }

  /** Whether the server could not be asked at all. */
  get isUnreachable(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 504;
  }
}

/** Id of the remote that the page speaks to; undefined for the cluster that serves it. */
export type Target = string | undefined;

const clients = new Map<Target, Client<paths>>();

/** The typed interface of one cluster. That of a remote goes through the master that serves the page. */
export function api(at?: Target): Client<paths> {
  let client = clients.get(at);
  if (client === undefined) {
    client = createClient<paths>({ baseUrl: baseOf(at), fetch: (request) => fetch(request) });
    clients.set(at, client);
  }
  return client;
}

/** The beginning of every path at a cluster, for downloads and streams. */
export function baseOf(at: Target): string {
  return at === undefined ? "" : `/v1/fed/cluster/${encodeURIComponent(at)}`;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer of a call, or the Problem that it met: `await ask(api().GET("/v1/fed/summary"))`. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await askWhole(call)).data;
}

/** The same, with the headers of the answer, such as X-Fedhub-Revision. */
export async function askWhole<T>(call: Promise<Answer<T>>): Promise<{ data: T; headers: Headers }> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") {
      throw cause;
    }
    throw new Problem(0, 0, "The server does not answer. It may be down, or this machine is cut off from it.");
  }
  if (!answer.response.ok) {
    throw problemOf(answer.response, answer.error);
  }
  return { data: answer.data as T, headers: answer.response.headers };
}

function problemOf(response: Response, body: unknown): Problem {
  const { status } = response;
  if (typeof body === "object" && body !== null && "message" in body && "code" in body) {
    const text = String(body.message) || ("error" in body ? String(body.error) : "");
    return new Problem(status, Number(body.code), text);
  }
  return new Problem(status, 0, `The server answered ${status} ${response.statusText}`.trimEnd() + ".");
}

/** Reads any error as a Problem. */
export function asProblem(cause: unknown): Problem {
  return cause instanceof Problem ? cause : new Problem(0, 0, cause instanceof Error ? cause.message : String(cause));
}
