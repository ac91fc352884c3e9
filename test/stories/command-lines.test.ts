/** The command lines of Vault and of OpenBao talk to the dev server: every command that README and the dev server itself tell people. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDevServer } from "../../dev/dev-server/index.ts";
import { sha256OfFile } from "../../scripts/building/checksums.ts";
import { findServer } from "../servers/find-server.ts";
import { type RealServerKind, serverKinds } from "../servers/server-kinds.ts";
import { asArguments, type CognitoWorld, cognitoWorld, executable } from "./cognito-world.ts";

setDefaultTimeout(60_000);

const kinds: readonly RealServerKind[] = ["vault", "openbao"];
const search = { root: join(import.meta.dirname, "../.."), env: process.env, mayBuild: false, write: console.log };

for (const kind of kinds) {
  const { file, missing } = await findServer(kind, search);
  describe.if(file !== undefined || Boolean(process.env.REQUIRE_SERVERS))(
    `the command line of ${serverKinds[kind].title} on the dev server${missing === undefined ? "" : ` (${missing})`}`,
    () => tellCommands(kind, file ?? ""),
  );
}

function tellCommands(kind: RealServerKind, file: string): void {
  const folder = mkdtempSync(join(tmpdir(), "cli-"));
  let world: CognitoWorld;
  let server: Awaited<ReturnType<typeof startDevServer>>;
  let sha256 = "";

  beforeAll(async () => {
    world = await cognitoWorld();
    copyFileSync(executable, join(folder, "cognito"));
    sha256 = await sha256OfFile(join(folder, "cognito"));
    const environment = { PATH: process.env.PATH, TMPDIR: folder };
    server = await startDevServer({ port: 0, rootToken: "root", pluginDirectory: folder, log: () => {}, environment });
  });
  afterAll(async () => {
    await server.stop();
    await world.emulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Standard output and error, and the exit code when it is not 0. */
  const run = (...args: readonly string[]): Promise<string> => {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      [kind === "vault" ? "VAULT_ADDR" : "BAO_ADDR"]: server.address,
    };
    const { promise, resolve } = Promise.withResolvers<string>();
    const child = execFile(file, [...args], { env }, (error, stdout, stderr) => {
      resolve(`${stdout}${stderr}${error === null ? "" : `exit code ${error.code}`}`);
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end();
    return promise;
  };

  test("status and login", async () => {
    expect(await run("status")).toMatch(/Sealed +false[\s\S]*Storage Type +inmem \(dev server/);
    expect(await run("read", "cognito/config")).toContain("permission denied: no token was given");
    expect(await run("login", "wrong")).toContain("permission denied: this is not the root token");
    expect(await run("login", "root")).toContain("You are now authenticated");
    expect(await run("token", "lookup")).toMatch(/policies +\[root\]/);
    expect(await run("token", "capabilities", "cognito/creds/x")).toBe("root\n");
  });

  test("plugin register, list, info", async () => {
    expect(await run("plugin", "register", `-sha256=${"0".repeat(64)}`, "secret", "cognito")).toContain(
      "checksums did not match",
    );
    expect(await run("plugin", "register", `-sha256=${sha256}`, "secret", "cognito")).toContain(
      "Success! Registered plugin: cognito",
    );
    expect(await run("plugin", "list", "secret")).toMatch(/cognito +/);
    expect(await run("plugin", "list")).toMatch(/cognito +secret/);
    expect(await run("plugin", "info", "secret", "cognito")).toContain(sha256);
  });

  test("secrets enable, list, tune", async () => {
    expect(await run("secrets", "enable", "-path=cognito", "cognito")).toContain(
      "Success! Enabled the cognito secrets engine at: cognito/",
    );
    expect(await run("secrets", "enable", "-path=cognito", "cognito")).toContain("path is already in use at cognito/");
    expect(await run("secrets", "list")).toMatch(/cognito\/ +cognito +cognito_/);
    expect(await run("secrets", "list", "-detailed")).toContain(sha256);
    expect(await run("secrets", "tune", "-max-lease-ttl=24h", "-description=users", "cognito")).toContain("Success!");
    expect(await run("read", "sys/mounts/cognito/tune")).toMatch(/max_lease_ttl +24h/);
  });

  test("write, read, list, delete", async () => {
    expect(await run("write", "cognito/config", ...asArguments(world.config))).toContain("Success! Data written");
    expect(await run("write", "cognito/roles/app", ...asArguments(world.userRole))).toContain("Success!");
    expect(await run("write", "cognito/roles/machine", ...asArguments(world.machineRole))).toContain("Success!");
    expect(await run("write", "cognito/roles/brief", ...asArguments(world.userRole))).toContain("Success!");
    expect(await run("list", "cognito/roles")).toBe("Keys\n----\napp\nbrief\nmachine\n");
    expect(await run("delete", "cognito/roles/brief")).toContain("Success! Data deleted");
    expect(await run("read", "cognito/roles/brief")).toBe("No value found at cognito/roles/brief\nexit code 2");
    expect(await run("read", "-format=json", "cognito/roles/app")).toContain('"credential_type": "user"');
    expect(await run("read", "-field=access_token", "cognito/creds/machine")).toMatch(/^eyJ[\w.-]+$/);
    expect(await run("write", "cognito/roles/app", "ttl=soon")).toMatch(/Code: 400[\s\S]*exit code 2/);
  });

  test("lease lookup, renew, revoke, by prefix and by force; unwrap", async () => {
    const lease = await run("read", "-field=lease_id", "cognito/creds/app");
    expect(await run("lease", "lookup", lease)).toMatch(/ttl +59m5\ds|ttl +1h/);
    expect(await run("lease", "renew", "-increment=600", lease)).toMatch(/lease_duration +10m/);
    expect(await run("list", "sys/leases/lookup/cognito/creds/app")).toContain(lease.split("/").at(-1) ?? "");
    expect(await run("lease", "revoke", "-sync", lease)).toContain("Success! Revoked lease");
    expect(world.userPool.usernames()).toEqual([]);
    const other = await run("read", "-field=lease_id", "cognito/creds/app");
    expect(await run("lease", "revoke", "-force", "-prefix", other)).toContain("Success! Force revoked any leases");
    await run("read", "cognito/creds/app");
    expect(await run("lease", "revoke", "-prefix", "cognito/creds/app")).toContain("All revocation operations queued");
    const token = await run("read", "-wrap-ttl=60s", "-field=wrapping_token", "cognito/creds/machine");
    expect(await run("unwrap", "-field=token_type", token)).toBe("Bearer");
    expect(await run("unwrap", token)).toContain("wrapping token is not valid or does not exist");
  });

  test("path-help", async () => {
    expect(await run("path-help", "cognito")).toContain("## PATHS");
    expect(await run("path-help", "cognito/roles/x")).toContain("dummy_email_domain (string)");
  });

  test("plugin reload, secrets disable, plugin deregister", async () => {
    expect(await run("plugin", "reload", "-plugin=cognito")).toContain("Success! Reloaded plugin: cognito");
    if (kind === "openbao") {
      // Vault's own asks for a path that Vault's server does not have either.
      expect(await run("plugin", "reload", "-mounts=cognito")).toContain("Success! Reloaded mounts: [cognito]");
    }
    expect(await run("list", "cognito/roles")).toContain("machine");
    expect(await run("secrets", "disable", "cognito")).toContain("Success! Disabled the secrets engine");
    expect(await run("plugin", "deregister", "secret", "cognito")).toMatch(/Success! Deregistered (secret )?plugin/);
    expect(await run("plugin", "list", "secret")).not.toContain("cognito");
  });

  test("what it does not do, said as such", async () => {
    expect(await run("kv", "get", "secret/x")).toContain("exit code 2");
    expect(await run("policy", "list")).toContain("the dev server does not do policies");
    expect(await run("token", "create")).toContain("the dev server does not do tokens other than the root token");
  });
}
