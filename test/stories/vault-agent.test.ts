import { beforeAll, expect, test } from "bun:test";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeOnRealServers } from "../servers/every-server.ts";
import { findServer } from "../servers/find-server.ts";
import type { RealServer } from "../servers/real-server.ts";
import type { RealServerKind } from "../servers/server-kinds.ts";
import { eventually, executable, write } from "./cognito-world.ts";
import { worldOfAStory } from "./world-of-a-story.ts";

/** The agent reads again when 85 to 95 % of a lease are over: longer tokens only take longer here. */
const tokenSeconds = 15;
/** A JWT's end is cut to whole seconds, so it may come that much before the token's life is over. */
const cutSeconds = 1;

describeOnRealServers("an application whose token is kept in a file by the server's own agent", ({ kind, shared }) => {
  const world = worldOfAStory();
  let role: Readonly<Record<string, unknown>>;
  beforeAll(async () => {
    const client = world().userPool.createClient({
      secret: true,
      oauthFlows: ["client_credentials"],
      scopes: ["api/read"],
      accessTokenSeconds: tokenSeconds,
      shortTokens: true,
    });
    role = { ...world().machineRole, app_client_id: client.id, app_client_secret: client.secret, token_lease: true };
    await shared().registerPlugin({ name: "cognito", file: executable });
    await shared().enable("cognito", "cognito");
  });

  test("always finds a token there that still lives, its own or a shared one", async () => {
    const server = shared();
    await write(server, "cognito/roles/own", { ...role, cache_tokens: false });
    await write(server, "cognito/roles/shared", { ...role, cache_tokens: true });
    await using own = await startAgent(server, kind as RealServerKind, "cognito/creds/own");
    await using common = await startAgent(server, kind as RealServerKind, "cognito/creds/shared");
    await Promise.all([watch(own.token), watch(common.token)]);
  });
});

/** Looks at the file as an application would, for longer than one token lives. */
async function watch(token: () => string): Promise<void> {
  await eventually("the agent wrote the file", () => token() !== "");
  const tokens = new Set<string>();
  const end = performance.now() + 1.6 * tokenSeconds * 1000;
  while (performance.now() < end) {
    tokens.add(token());
    expect(secondsLeft(token())).toBeGreaterThan(-cutSeconds);
    await Bun.sleep(100);
  }
  expect(tokens.size).toBeGreaterThanOrEqual(2);
  expect(tokens.size).toBeLessThanOrEqual(4);
}

function secondsLeft(token: string): number {
  const { exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  return exp - Date.now() / 1000;
}

/** The agent of the server's own executable, with one template. */
async function startAgent(server: RealServer, kind: RealServerKind, path: string) {
  const { file } = await findServer(kind, {
    root: join(import.meta.dirname, "../.."),
    env: process.env,
    mayBuild: false,
    write: () => {},
  });
  if (file === undefined) throw new Error(`no ${kind} to run as an agent`);
  const folder = mkdtempSync(join(tmpdir(), "agent-"));
  const token = join(folder, "token");
  writeFileSync(join(folder, "login"), server.rootToken, { mode: 0o600 });
  const configuration = {
    vault: { address: server.address },
    auto_auth: { method: [{ type: "token_file", config: { token_file_path: join(folder, "login") } }] },
    template: [
      {
        contents: `{{ with secret "${path}" }}{{ .Data.access_token }}{{ end }}`,
        destination: token,
        perms: "0600",
      },
    ],
  };
  writeFileSync(join(folder, "agent.json"), JSON.stringify(configuration));
  const env = { PATH: process.env.PATH ?? "", HOME: folder };
  const agent: ChildProcess = spawn(file, ["agent", `-config=${join(folder, "agent.json")}`], { env, stdio: "ignore" });
  const ended = new Promise((resolve) => agent.once("exit", resolve));
  return {
    token: () => (existsSync(token) ? readFileSync(token, "utf8").trim() : ""),
    async [Symbol.asyncDispose]() {
      agent.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
