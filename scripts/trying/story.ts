/** The story of `make try`: everything the plugin is for, in the order in which a newcomer meets it. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEMO, seedDemo } from "../../dev/cognito-emulator/demo.ts";
import { type CognitoEmulator, startCognitoEmulator } from "../../dev/cognito-emulator/index.ts";
import { callVault, type VaultAnswer } from "./call-vault.ts";
import { demoWrites, type Write, writeCommand } from "./demo-settings.ts";
import { type Narrator, seconds, table } from "./narrator.ts";
import { placeReleaseFile } from "./release-file.ts";
import { type ServerToTry, startOwnServer, startRealServer } from "./server-to-try.ts";
import { chosenClaims } from "./token-claims.ts";

const root = join(import.meta.dirname, "../..");
const userClaims = ["sub", "username", "cognito:groups", "client_id", "token_use", "iss"];
const machineClaims = ["sub", "scope", "client_id", "token_use", "iss"];

export interface Stage {
  readonly narrator: Narrator;
  /** A Vault or OpenBao to take in place of the dev server. */
  readonly realServer: string | undefined;
  /** Empty; the plugin goes there. */
  readonly pluginDirectory: string;
  /** Told of all that must be ended, whatever happens. */
  readonly onStarted: (stop: () => Promise<void>, lastWords?: () => string) => void;
}

/** @throws Error with a sentence for the step that failed */
export async function tellStory(stage: Stage): Promise<void> {
  const { narrator } = stage;
  const started = performance.now();
  await build(narrator);
  const emulator = await startEmulator(stage);
  const server = await startServer(stage);
  const call = (method: string, path: string, body?: object) => callVault(server, method, path, body);

  await register(stage, call);
  await narrator.step({
    title: "Mount it",
    command: "vault secrets enable -path=cognito cognito",
    act: () => call("POST", "sys/mounts/cognito", { type: "cognito" }),
    answer: () => ["the plugin's process runs and serves cognito/"],
  });
  const { config, user, machine } = demoWrites(emulator.url);
  await write(narrator, call, "Tell the engine how to reach AWS, here the emulated one", config);
  await write(narrator, call, "Describe a role for machines: an access token by client credentials", machine);
  await write(narrator, call, "Describe a role for users: a fresh user in a group, for an hour", user);

  await narrator.step({
    title: "A machine asks for its token",
    command: "vault read cognito/creds/machine",
    act: () => call("GET", "cognito/creds/machine"),
    answer: ({ data }) => [...table(data ?? {}), "", "The token says:", ...claims(data, machineClaims)],
  });
  const credentials = await narrator.step({
    title: "A person or a test asks for a user",
    command: "vault read cognito/creds/user",
    act: () => call("GET", "cognito/creds/user"),
    answer: ({ data, lease_id, lease_duration }) => [
      ...table({ lease_id, lease_duration: `${lease_duration} s`, ...data }),
      "",
      `The access token says, with the group ${DEMO.group}:`,
      ...claims(data, userClaims),
    ],
  });
  narrator.say(`\n    Leased ${seconds(performance.now() - started)} after the start of this story.`);
  await lifeOfTheLease(narrator, call, emulator, credentials);
}

type Call = (method: string, path: string, body?: object) => Promise<VaultAnswer>;

function build(narrator: Narrator): Promise<string> {
  return narrator.step({
    title: "Build the plugin, one executable file",
    command: "make build",
    act: () => run(process.execPath, [join(root, "scripts/build.ts")]),
    answer: (output) => output.trim().split("\n"),
  });
}

function startEmulator({ narrator, onStarted }: Stage): Promise<CognitoEmulator> {
  return narrator.step({
    title: "Start an emulated AWS: Cognito, its token endpoint and STS, with a demo user pool",
    command: "node_modules/.bin/bun dev/cognito-emulator/main.ts",
    async act() {
      const emulator = await startCognitoEmulator();
      onStarted(() => emulator.close());
      seedDemo(emulator);
      return emulator;
    },
    answer: ({ url }) => [url],
  });
}

function startServer({ narrator, realServer, pluginDirectory, onStarted }: Stage): Promise<ServerToTry> {
  return narrator.step({
    title: realServer === undefined ? "Start the dev server: a small Vault, in memory" : "Start the real server",
    command:
      realServer === undefined
        ? `node_modules/.bin/bun dev/dev-server/main.ts --plugin-dir=vault/plugins`
        : `${realServer} server -dev -dev-plugin-dir=vault/plugins`,
    async act() {
      const server = await (realServer === undefined
        ? startOwnServer(pluginDirectory)
        : startRealServer(realServer, pluginDirectory));
      onStarted(
        () => server.stop(),
        () => server.lastWords(),
      );
      return server;
    },
    answer: ({ address, token }) => [`${address}, root token: ${token}`],
  });
}

async function register({ narrator, pluginDirectory }: Stage, call: Call): Promise<void> {
  const command = placeReleaseFile(pluginDirectory);
  const sha256 = createHash("sha256")
    .update(readFileSync(join(pluginDirectory, command)))
    .digest("hex");
  await narrator.step({
    title: "Register the plugin by its checksum",
    command: `vault plugin register -sha256=${sha256.slice(0, 16)}… \\\n    -command=${command} secret cognito`,
    act: () => call("PUT", "sys/plugins/catalog/secret/cognito", { sha256, command }),
    answer: () => ["registered: the server will run no other file under this name"],
  });
}

function write(narrator: Narrator, call: Call, title: string, what: Write): Promise<VaultAnswer> {
  return narrator.step({
    title,
    command: writeCommand(what, 96),
    act: () => call("PUT", what.path, what.fields),
    answer: () => ["written"],
  });
}

async function lifeOfTheLease(
  narrator: Narrator,
  call: Call,
  emulator: CognitoEmulator,
  { data, lease_id }: VaultAnswer,
): Promise<void> {
  const username = String(data?.["username"]);
  const usernames = (): readonly string[] => emulator.pool(DEMO.userPoolId).usernames();
  const look = (title: string, isRight: (names: readonly string[]) => boolean, wrong: string): Promise<unknown> =>
    narrator.step({
      title,
      command: `aws cognito-idp list-users --user-pool-id ${DEMO.userPoolId}`,
      async act() {
        if (!isRight(usernames())) throw new Error(wrong);
      },
      answer: () => (usernames().length === 0 ? ["no users"] : usernames()),
    });
  await look("The user is in the pool", (names) => names.includes(username), "the user is not in the pool");
  await narrator.step({
    title: "Half an hour later the user is still needed: renew the lease",
    command: `vault lease renew ${lease_id}`,
    act: () => call("PUT", "sys/leases/renew", { lease_id }),
    answer: ({ lease_duration }) => [`good for another ${lease_duration} s`],
  });
  await narrator.step({
    title: "The work is done: revoke the lease",
    command: `vault lease revoke -sync ${lease_id}`,
    act: () => call("PUT", "sys/leases/revoke", { lease_id, sync: true }),
    answer: () => ["revoked"],
  });
  await look("And the user is gone", (names) => names.length === 0, "the user is still in the pool");
}

function claims(data: VaultAnswer["data"], names: readonly string[]): string[] {
  return table(chosenClaims(data?.["access_token"], names)).map((line) => `  ${line}`);
}

function run(file: string, args: readonly string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile(file, [...args], { cwd: root }, (error, stdout, stderr) => {
    if (error === null) resolve(stdout);
    else reject(new Error(stderr.trim() || error.message));
  });
  return promise;
}
