import { join } from "node:path";
import { type CognitoEmulator, startCognitoEmulator, type UserPool } from "../../dev/cognito-emulator/index.ts";
import { releaseFileName, targetOf } from "../../scripts/building/target.ts";
import { findTexts } from "../servers/find-texts.ts";
import { keepSecret } from "../servers/known-secrets.ts";
import type { RealServer } from "../servers/real-server.ts";

/** The shipped executable of this machine; `make test` builds it first. */
export const executable = join(
  import.meta.dirname,
  "../../vault/plugins",
  releaseFileName("vault-plugin-secrets-cognito", targetOf(process)),
);

/** What a server answers to a read of credentials. */
export interface Credentials {
  readonly lease_id: string;
  readonly lease_duration: number;
  readonly renewable: boolean;
  readonly data: Readonly<Record<string, string>>;
  readonly warnings: readonly string[] | null;
  readonly wrap_info: { readonly token: string } | null;
}

export interface CognitoWorld {
  readonly emulator: CognitoEmulator;
  readonly userPool: UserPool;
  /** {@link configFor} the emulator. */
  readonly config: Readonly<Record<string, string>>;
  readonly userRole: Readonly<Record<string, string>>;
  readonly machineRole: Readonly<Record<string, string>>;
}

/** An emulated AWS with one user pool, and what an operator would write to a mount to use it. */
export async function cognitoWorld(): Promise<CognitoWorld> {
  const emulator = await startCognitoEmulator();
  keepSecret(() => emulator.secretsSeen());
  const userPool = emulator.createPool({
    groups: ["readers"],
    resourceServers: [{ identifier: "api", scopes: ["read"] }],
    clients: [
      { id: "appclient", authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
      { id: "machine", secret: true, oauthFlows: ["client_credentials"], scopes: ["api/read"] },
    ],
  });
  const machine = userPool.clients().find(({ id }) => id === "machine");
  return {
    emulator,
    userPool,
    config: configFor(emulator),
    userRole: {
      credential_type: "user",
      region: userPool.region,
      app_client_id: "appclient",
      user_pool_id: userPool.id,
      group: "readers",
      dummy_email_domain: "example.com",
      ttl: "1h",
    },
    machineRole: {
      credential_type: "client_credentials_grant",
      app_client_id: "machine",
      app_client_secret: machine?.secret ?? "",
      cognito_pool_domain: emulator.url,
    },
  };
}

/** The emulator's first key and its endpoints, as fields of config. */
export function configFor({ credential, url }: CognitoEmulator): Readonly<Record<string, string>> {
  return {
    aws_access_key_id: credential.accessKeyId,
    aws_secret_access_key: credential.secretAccessKey,
    cognito_endpoint: url,
    sts_endpoint: url,
  };
}

/** Registers the shipped executable as `cognito` and mounts it there, as {@link mountCognito} does. */
export async function mountEngine(server: RealServer, world: CognitoWorld): Promise<void> {
  await server.registerPlugin({ name: "cognito", file: executable });
  await mountCognito(server, world);
}

/** Mounts the registered plugin `cognito` at `path`, ready to issue: config and the roles `app` and `machine`. */
export async function mountCognito(server: RealServer, world: CognitoWorld, path = "cognito"): Promise<void> {
  await server.enable(path, "cognito");
  await write(server, `${path}/config`, world.config);
  await write(server, `${path}/roles/app`, world.userRole);
  await write(server, `${path}/roles/machine`, world.machineRole);
}

export async function write(server: RealServer, path: string, data: object): Promise<void> {
  const { status, body } = await server.http("PUT", path, data);
  if (status >= 400) throw new Error(`writing ${path}: ${status} ${JSON.stringify(body)}`);
}

export async function read(server: RealServer, path: string): Promise<Credentials> {
  const { status, body } = await server.http<Credentials>("GET", path);
  if (status !== 200) throw new Error(`reading ${path}: ${status} ${JSON.stringify(body)}`);
  return body;
}

export function asArguments(fields: Readonly<Record<string, string>>): string[] {
  return Object.entries(fields).map(([name, value]) => `${name}=${value}`);
}

/** Waits for what a server does in its own time. */
export async function eventually(what: string, isTrue: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await Bun.sleep(20);
  }
}

/** The secrets of this world that stand in what the server and its plugins wrote. Only how many: a test prints it. */
export function secretsWrittenDown(server: RealServer, { emulator }: Pick<CognitoWorld, "emulator">): number {
  return findTexts(Buffer.from(server.logText() + server.auditText()), emulator.secretsSeen()).length;
}
