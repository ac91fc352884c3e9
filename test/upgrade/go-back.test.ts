import { beforeAll, expect, test } from "bun:test";
import { goPlugin } from "../conformance/go-plugin/go-plugin.ts";
import { type Credentials, eventually, executable, read, write } from "../stories/cognito-world.ts";
import { describeUpgrade } from "./describe-upgrade.ts";
import { renew, revoke } from "./lease.ts";
import { storedBy } from "./stored.ts";

const always = Number.POSITIVE_INFINITY;

await describeUpgrade("the Go plugin takes over what this one wrote", ({ shared }, world) => {
  const { pool, userRole, machineRole } = world.createPool({
    clients: [
      { id: "with-secret", secret: "a-client-secret-of-the-pool-0123456789", authFlows: ["ADMIN_NO_SRP_AUTH"] },
    ],
  });
  const roles = {
    app: { ...userRole, ttl: "1h", max_ttl: "2h" },
    many: { ...userRole, group: "", groups: "readers,writers", ttl: "30m" },
    secret: { ...userRole, app_client_id: "with-secret", app_client_secret: "a-client-secret-of-the-pool-0123456789" },
    machine: { ...machineRole, scopes: "api/read" },
    leased: { ...machineRole, token_lease: true },
  };
  const users: Credentials[] = [];
  const tokens: Credentials[] = [];
  let unfinished: string | undefined;

  const log = async () => Object.entries(await storedBy(shared(), "cognito")).filter(([key]) => key.startsWith("wal/"));
  const replaceBy = async (file: string) => {
    const { sha256 } = await shared().placePlugin(file, "cognito");
    await shared().cli(["plugin", "register", `-sha256=${sha256}`, "secret", "cognito"]);
    await shared().cli(["plugin", "reload", "-plugin=cognito"]);
  };

  beforeAll(async () => {
    const server = shared();
    await server.registerPlugin({ name: "cognito", file: executable, command: "cognito" });
    await server.enable("cognito", "cognito");
    await write(server, "cognito/config", { ...world.config, region: "eu-west-1", max_retries: 2 });
    for (const [name, fields] of Object.entries(roles)) await write(server, `cognito/roles/${name}`, fields);
    for (const name of ["app", "app", "many"]) users.push(await read(server, `cognito/creds/${name}`));
    for (let issued = 0; issued < 2; issued += 1) tokens.push(await read(server, "cognito/creds/leased"));

    // A user that could neither be finished nor deleted: its note stays in the write-ahead log.
    const faults = ["AdminAddUserToGroup", "AdminDeleteUser"].map((action) =>
      world.emulator.faults.add({
        match: { action, poolId: pool.id, times: always },
        fault: { kind: "error", type: "AccessDeniedException" },
      }),
    );
    expect(await server.http("GET", "cognito/creds/app")).toMatchObject({ status: 400 });
    for (const fault of faults) fault.remove();
    unfinished = pool.usernames().find((name) => users.every(({ data }) => data.username !== name));
    expect(await log()).toHaveLength(1);
  });

  test("first, leases of tokens are revoked by role: the Go plugin knows no such lease", async () => {
    const server = shared();
    await server.cli(["lease", "revoke", "-sync", tokens.pop()?.lease_id ?? ""]);
    expect(tokens).toHaveLength(1);
  });

  test("it reads the roles, as far as its fields go", async () => {
    const server = shared();
    await replaceBy(goPlugin);
    const { body } = await server.http<{ data: { keys: string[] } }>("LIST", "cognito/roles");
    expect(body.data.keys).toEqual(Object.keys(roles).sort());
    const shown = async (name: string): Promise<object> => (await read(server, `cognito/roles/${name}`)).data;
    expect(await shown("app")).toEqual({ ...userRole, ttl: 3600, max_ttl: 7200 });
    expect(await shown("many")).toEqual({ ...userRole, group: "", ttl: 1800, max_ttl: 0 });
    const { cognito_pool_domain } = machineRole;
    expect(await shown("machine")).toEqual({ credential_type: "client_credentials_grant", cognito_pool_domain });
  });

  test("it renews and revokes users that were issued here", async () => {
    const server = shared();
    for (const user of users) {
      expect(await renew(server, user)).toMatchObject({ status: 200 });
      expect(await revoke(server, user)).toMatchObject({ status: 204 });
      expect(pool.user(user.data.username as string)).toBeUndefined();
    }
  });

  test("it issues from the roles it understands, with the config's AWS keys", async () => {
    const server = shared();
    const user = await read(server, "cognito/creds/app");
    expect(await revoke(server, user)).toMatchObject({ status: 204 });
    expect((await read(server, "cognito/creds/machine")).data.access_token).toStartWith("eyJ");
    const keys = world.emulator.calls.flatMap(({ poolId, accessKeyId }) => (poolId === pool.id ? [accessKeyId] : []));
    expect(new Set(keys.filter((key) => key !== undefined))).toEqual(
      new Set([world.config.aws_access_key_id as string]),
    );
  });

  test("it makes users it cannot finish from roles with what it does not know: such roles go first", async () => {
    const server = shared();
    const before = pool.usernames().length;
    for (const name of ["many", "secret"]) {
      expect(await server.http("GET", `cognito/creds/${name}`)).toMatchObject({ status: 500 });
    }
    expect(pool.usernames()).toHaveLength(before + 2);
    for (const name of pool.usernames()) if (name !== unfinished) pool.deleteUser(pool.require(name));
  });

  test("a lease of a token that was left cannot be revoked there, only forgotten", async () => {
    const server = shared();
    const [left] = tokens as [Credentials];
    const refused = await revoke(server, left);
    expect(refused.status).toBe(400);
    expect(refused.body?.errors?.join()).toContain("secret is unsupported by this backend");
    await server.cli(["lease", "revoke", "-force", "-prefix", left.lease_id]);
    expect(await server.http("PUT", "sys/leases/lookup", { lease_id: left.lease_id })).toMatchObject({ status: 400 });
  });

  test("it leaves a note of the write-ahead log where it is, and the user that it is of", async () => {
    expect(await log()).toHaveLength(1);
    expect(pool.usernames()).toEqual([unfinished as string]);
  });

  test("a write by it keeps its own fields only", async () => {
    const server = shared();
    await write(server, "cognito/roles/machine", { app_client_id: machineRole.app_client_id });
    await write(server, "cognito/config", { aws_session_token: "" });
    const stored = await storedBy(server, "cognito");
    expect(stored["roles/machine"]).not.toContain("scopes");
    expect(stored.config).not.toContain("max_retries");
  });

  test("forward again: everything is as it was, less those fields, and the note is acted on", async () => {
    const server = shared();
    await replaceBy(executable);
    expect((await read(server, "cognito/roles/machine")).data).toMatchObject({ scopes: [] });
    expect((await read(server, "cognito/roles/many")).data).toMatchObject({ groups: ["readers", "writers"] });
    expect((await read(server, "cognito/config")).data).toMatchObject({
      aws_access_key_id: world.config.aws_access_key_id,
      max_retries: -1,
    });
    const user = await read(server, "cognito/creds/secret");
    expect(await revoke(server, user)).toMatchObject({ status: 204 });
    expect(pool.usernames()).toEqual([unfinished as string]);
    // The unmount acts on notes of any age; else a minute's tick does when they are five minutes old.
    await server.http("DELETE", "sys/mounts/cognito");
    await eventually("the unfinished user is gone", () => pool.usernames().length === 0);
  });
});
