import { randomInt } from "node:crypto";
import { request } from "node:http";
import type { RealServer } from "../servers/real-server.ts";

export interface StormOptions {
  readonly clients: number;
  readonly seconds: number;
}

export interface StormCounts {
  /** Requests whose caller stayed, by kind: "read user", "revoke", "read token". */
  readonly answered: Record<string, number>;
  /** Callers that went before the answer. */
  cancelled: number;
  /** Callers that meant to go, but had their answer before. */
  tooLate: number;
  /** What those who stayed were refused with. */
  readonly failures: string[];
}

interface Answer {
  readonly status: number;
  readonly body: { readonly lease_id?: string; readonly errors?: readonly string[] } | undefined;
}

/** A request is about as long as this; whoever goes does so at some moment of it. Milliseconds. */
const midway = 80;

/** Clients that ask at once for users and tokens of the mount at `mount`, and of whom a third goes away midway. */
export async function storm(
  server: RealServer,
  mount: string,
  { clients, seconds }: StormOptions,
): Promise<StormCounts> {
  const counts: StormCounts = { answered: {}, cancelled: 0, tooLate: 0, failures: [] };
  const end = performance.now() + seconds * 1000;

  const ask = async (kind: string, method: string, path: string, body?: object): Promise<Answer | undefined> => {
    const goes = randomInt(3) === 0 ? AbortSignal.timeout(randomInt(1, midway)) : undefined;
    const answer = await call(server, method, path, body, goes);
    if (answer === undefined) {
      counts.cancelled += 1;
      return undefined;
    }
    if (goes !== undefined) counts.tooLate += 1;
    else if (answer.status < 300) counts.answered[kind] = (counts.answered[kind] ?? 0) + 1;
    else counts.failures.push(`${kind}: ${answer.status} ${answer.body?.errors?.join(" ")}`);
    return answer;
  };
  const client = async () => {
    while (performance.now() < end) {
      const user = await ask("read user", "GET", `${mount}/creds/app`);
      await ask("read token", "GET", `${mount}/creds/machine`);
      const lease_id = user?.body?.lease_id;
      if (lease_id !== undefined) await ask("revoke", "PUT", "sys/leases/revoke", { lease_id, sync: true });
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return counts;
}

/** Undefined when the caller went first. */
function call(
  server: RealServer,
  method: string,
  path: string,
  body: object | undefined,
  signal: AbortSignal | undefined,
): Promise<Answer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer | undefined>();
  const headers = { "x-vault-token": server.rootToken };
  const sent = request(`${server.address}/v1/${path}`, { method, headers, agent: false, signal }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("error", failed);
    response.on("end", () =>
      resolve({ status: response.statusCode ?? 0, body: text === "" ? undefined : JSON.parse(text) }),
    );
  });
  const failed = (error: Error) => (signal?.aborted === true ? resolve(undefined) : reject(error));
  sent.on("error", failed);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

/** The lease of a caller who went is the server's alone: it is found by its prefix. */
export async function revokeAll(server: RealServer, mount: string): Promise<void> {
  const { status } = await server.http("PUT", `sys/leases/revoke-prefix/${mount}/creds/app`, { sync: true });
  if (status >= 300) throw new Error(`revoke-prefix answered ${status}`);
}
