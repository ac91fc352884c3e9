import type { RealServer } from "../../servers/real-server.ts";
import { type Case, cases, type Step } from "./cases.ts";

/** What came of a case: the answers to its requests, then what the mount stored, which is more than a read shows. */
export interface Outcome {
  readonly answers: readonly Answer[];
  readonly stored: Readonly<Record<string, unknown>>;
}

interface Answer {
  /** The status, and behind it the sentences of a refusal. */
  readonly said: string;
  readonly warnings?: readonly string[];
  readonly data?: unknown;
}

/** Tells every case to the plugin mounted at `cognito`, and leaves the mount as empty as it found it. */
export async function tellCases(server: RealServer): Promise<Record<string, Outcome>> {
  const { body } = await server.http<{ data: Readonly<Record<string, { uuid: string }>> }>("GET", "sys/mounts");
  const storage = `sys/raw/logical/${body.data["cognito/"]?.uuid}`;
  const outcomes: Record<string, Outcome> = {};
  for (const each of cases) outcomes[each.name] = await tellCase(server, storage, each);
  return outcomes;
}

async function tellCase(server: RealServer, storage: string, { steps }: Case): Promise<Outcome> {
  const answers: Answer[] = [];
  for (const step of steps) answers.push(await take(server, step));
  const stored: Record<string, unknown> = {};
  for (const name of await keysOf(server, `${storage}/roles`)) {
    stored[`roles/${name}`] = await storedAt(server, `${storage}/roles/${name}`);
    await server.http("DELETE", `cognito/roles/${name}`);
  }
  const config = await storedAt(server, `${storage}/config`);
  if (config !== undefined) stored["config"] = config;
  await server.http("DELETE", "cognito/config");
  return { answers, stored };
}

async function keysOf(server: RealServer, path: string): Promise<string[]> {
  const { body } = await server.http<{ data?: { keys: string[] } } | undefined>("LIST", path);
  return [...(body?.data?.keys ?? [])].sort();
}

async function storedAt(server: RealServer, path: string): Promise<unknown> {
  const { body } = await server.http<{ data?: { value: string } } | undefined>("GET", path);
  return body?.data === undefined ? undefined : JSON.parse(body.data.value);
}

async function take(server: RealServer, { method, path, body }: Step): Promise<Answer> {
  const answer = await server.http<Body | undefined>(method, `cognito/${path}`, body);
  const { errors = [], warnings, data } = answer.body ?? {};
  return {
    said: [answer.status, ...errors].join(" "),
    ...(warnings ? { warnings } : {}),
    ...(data ? { data } : {}),
  };
}

interface Body {
  readonly errors?: readonly string[];
  readonly warnings?: readonly string[] | null;
  readonly data?: unknown;
}
