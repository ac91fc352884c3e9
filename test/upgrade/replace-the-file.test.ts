import { beforeAll, expect, test } from "bun:test";
import { goPlugin } from "../conformance/go-plugin/go-plugin.ts";
import {
  asArguments,
  type Credentials,
  eventually,
  executable,
  read,
  secretsWrittenDown,
  write,
} from "../stories/cognito-world.ts";
import { describeUpgrade } from "./describe-upgrade.ts";
import { renew, revoke } from "./lease.ts";
import { storedBy } from "./stored.ts";
import type { GoPluginPool } from "./upgrade-world.ts";

/** What the Go plugin takes about the server that it calls back, and this one has no need of. */
const goArguments = ["-tls-skip-verify"];

/** Roles as the Go plugin takes them: it checks nothing. */
const rolesOf = ({
  userRole,
  machineRole,
}: GoPluginPool): Readonly<Record<string, Readonly<Record<string, unknown>>>> => ({
  app: { ...userRole, ttl: "1h", max_ttl: "2h" },
  endless: userRole,
  capped: { ...userRole, max_ttl: 1800 },
  MixedCase: { ...userRole, ttl: "90" },
  goner: userRole,
  parting: userRole,
  "dotted.name-1": machineRole,
  machine: machineRole,
  both: { ...machineRole, ...userRole },
  longest: { ...userRole, ttl: 9223372036 },
  fraction: { ...userRole, ttl: "1.5s" },
});

/** Roles that the Go plugin takes and cannot use, and what is said of them when credentials are asked for. */
const uselessRolesOf = ({ userRole, machineRole }: GoPluginPool) =>
  ({
    empty: [{}, "needs app_client_id, cognito_pool_domain, app_client_secret"],
    secretless: [{ ...machineRole, app_client_secret: "" }, "needs app_client_secret"],
    address: [{ ...machineRole, cognito_pool_domain: "my url" }, "cognito_pool_domain"],
    "half-user": [
      { credential_type: "user" },
      "needs user_pool_id, dummy_email_domain (or username_template), app_client_id (or issue_tokens=false)",
    ],
    elsewhere: [{ ...userRole, region: "Ireland" }, "region"],
    poolless: [{ ...userRole, user_pool_id: "aaaa" }, "user_pool_id"],
    spaced: [{ ...userRole, dummy_email_domain: "no domain" }, "dummy_email_domain"],
    "other-type": [{ ...userRole, credential_type: "app_client" }, "credential_type"],
    capital: [{ ...userRole, credential_type: "User" }, "credential_type"],
    typeless: [{ ...machineRole, credential_type: null }, "credential_type"],
    numbers: [{ ...userRole, region: 5, group: true }, "region"],
  }) as const;

await describeUpgrade("the Go plugin's file is replaced", ({ shared }, world) => {
  const place = world.createPool();
  const { pool } = place;
  const working = rolesOf(place);
  const useless = uselessRolesOf(place);
  const leases: Record<string, Credentials> = {};
  const rolesBefore: Record<string, object> = {};
  let storedBefore: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    const server = shared();
    await server.registerPlugin({ name: "cognito", file: goPlugin, command: "cognito", args: goArguments });
    await server.cli(["secrets", "enable", "-path=cognito", "cognito"]);
    await server.cli(["secrets", "enable", "-path=second", "cognito"]);
    await server.cli(["write", "cognito/config", ...asArguments(world.config)]);
    for (const [name, fields] of Object.entries(working)) await write(server, `cognito/roles/${name}`, fields);
    for (const [name, [fields]] of Object.entries(useless)) await write(server, `cognito/roles/${name}`, fields);
    await write(server, "second/roles/machine", place.machineRole);
    for (const name of ["app", "endless", "capped", "MixedCase", "goner", "parting", "both"]) {
      leases[name] = await read(server, `cognito/creds/${name}`);
    }
    await server.http("DELETE", "cognito/roles/goner");
    for (const name of [...Object.keys(working), ...Object.keys(useless)]) {
      if (name !== "goner") rolesBefore[name] = (await read(server, `cognito/roles/${name}`)).data;
    }
    storedBefore = await storedBy(server, "cognito");
  });

  test("the same name with the new checksum, and a reload: both mounts come up in one process", async () => {
    const server = shared();
    expect(pool.usernames()).toHaveLength(7);
    const { sha256 } = await server.placePlugin(executable, "cognito");
    const options = goArguments.map((argument) => `-args=${argument}`);
    await server.cli(["plugin", "register", `-sha256=${sha256}`, ...options, "secret", "cognito"]);
    await server.cli(["plugin", "reload", "-plugin=cognito"]);
    expect((await read(server, "second/creds/machine")).data.access_token).toStartWith("eyJ");
    expect((await server.cli(["path-help", "cognito/roles/x"])).stdout).toContain("issue_tokens");
    await eventually("one process is left", () => server.pluginPids().length === 1);
  });

  test("the roles are all there, with the values that the Go plugin showed", async () => {
    const server = shared();
    const { body } = await server.http<{ data: { keys: string[] } }>("LIST", "cognito/roles");
    expect(body.data.keys).toEqual(
      Object.keys(storedBefore)
        .filter((key) => key.startsWith("roles/"))
        .map((key) => key.slice("roles/".length))
        .sort(),
    );
    for (const [name, before] of Object.entries(rolesBefore)) {
      expect({ name, data: (await read(server, `cognito/roles/${name}`)).data }).toMatchObject({ name, data: before });
    }
  });

  test("the config is there, and can be read now, without its secret", async () => {
    const { data } = await read(shared(), "cognito/config");
    expect(data).toMatchObject({ aws_access_key_id: world.config.aws_access_key_id, aws_assume_role_arn: "" });
    expect(JSON.stringify(data)).not.toContain(world.config.aws_secret_access_key as string);
  });

  test("open leases are renewed for their role's time", async () => {
    const server = shared();
    const seconds = async (name: string) => (await renew(server, leases[name] as Credentials)).body?.lease_duration;
    expect(await seconds("app")).toBe(3600);
    expect((await renew(server, leases.app as Credentials)).body?.data).toBeNull();
    expect(await seconds("MixedCase")).toBe(90);
    expect(await seconds("capped")).toBeWithin(1700, 1801);
    expect(await seconds("endless")).toBeGreaterThan(700 * 3600);
  });

  test("open leases are revoked, and their users go", async () => {
    const server = shared();
    for (const name of ["app", "endless", "capped", "MixedCase", "both"]) {
      const lease = leases[name] as Credentials;
      expect(pool.user(lease.data.username as string)).toBeDefined();
      expect(await revoke(server, lease)).toMatchObject({ status: 204 });
      expect(pool.user(lease.data.username as string)).toBeUndefined();
    }
  });

  test("a renewed lease finds its user's pool even when its role goes afterwards", async () => {
    const server = shared();
    const lease = leases.parting as Credentials;
    expect(await renew(server, lease)).toMatchObject({ status: 200 });
    await server.http("DELETE", "cognito/roles/parting");
    expect(await revoke(server, lease)).toMatchObject({ status: 204 });
    expect(pool.user(lease.data.username as string)).toBeUndefined();
  });

  test("a lease whose role was deleted says what to do; that done, nothing is left", async () => {
    const server = shared();
    const lease = leases.goner as Credentials;
    const refused = await renew(server, lease);
    expect(refused.status).toBe(400);
    expect(refused.body?.errors?.join()).toContain("role 'goner' does not exist");
    const lost = await revoke(server, lease);
    expect(lost.status).toBe(400);
    expect(lost.body?.errors?.join()).toContain("delete the user by hand");
    expect(lost.body?.errors?.join()).toContain("vault lease revoke -force -prefix <lease id>");
    expect(pool.user(lease.data.username as string)).toBeDefined();

    // One way: the role as it was.
    await write(server, "cognito/roles/goner", working.goner as object);
    expect(await revoke(server, lease)).toMatchObject({ status: 204 });
    expect(pool.usernames()).toEqual([]);
    await server.http("DELETE", "cognito/roles/goner");
  });

  test("new credentials work for every role that worked", async () => {
    const server = shared();
    for (const name of Object.keys(working).filter((name) => !["goner", "parting"].includes(name))) {
      const { data, lease_id } = await read(server, `cognito/creds/${name}`);
      expect({ name, token: data.access_token }).toMatchObject({ name, token: expect.stringMatching(/^eyJ/) });
      if (lease_id !== "") expect(await revoke(server, { lease_id })).toMatchObject({ status: 204 });
    }
    expect(pool.usernames()).toEqual([]);
  });

  test("a role that cannot be used says so when credentials are asked for, naming the field", async () => {
    const server = shared();
    for (const [name, [, reason]] of Object.entries(useless)) {
      const { status, body } = await server.http<{ errors: string[] }>("GET", `cognito/creds/${name}`);
      expect({ name, status, text: body.errors?.join() }).toMatchObject({
        name,
        status: 400,
        text: expect.stringContaining(reason),
      });
    }
    expect(pool.usernames()).toEqual([]);
  });

  test("a restart of the server finds it all again", async () => {
    const server = shared();
    await server.restart();
    expect(await revoke(server, await read(server, "cognito/creds/app"))).toMatchObject({ status: 204 });
    expect((await read(server, "second/creds/machine")).data.access_token).toStartWith("eyJ");
    expect(server.pluginPids()).toHaveLength(1);
  });

  test("nothing of all this rewrote what is stored", async () => {
    const { "roles/parting": deleted, ...others } = storedBefore;
    expect(deleted).toBeDefined();
    expect(await storedBy(shared(), "cognito")).toEqual(others);
  });

  test("none of the secrets stand in the log or the audit log", () => {
    expect(secretsWrittenDown(shared(), world)).toBe(0);
  });
});
