import { expect, test } from "bun:test";
import { basename } from "node:path";
import { describeOnEveryServer } from "../servers/every-server.ts";
import {
  asArguments,
  type Credentials,
  eventually,
  executable,
  read,
  secretsWrittenDown,
  write,
} from "./cognito-world.ts";
import { worldOfAStory } from "./world-of-a-story.ts";

describeOnEveryServer("an operator and a client", ({ shared }) => {
  const world = worldOfAStory();

  test("install, mount and configure the engine with the command line", async () => {
    const server = shared();
    const { sha256 } = await server.registerPlugin({ name: "cognito", file: executable });
    await server.cli([
      "plugin",
      "register",
      `-sha256=${sha256}`,
      `-command=${basename(executable)}`,
      "secret",
      "cognito",
    ]);
    await server.cli(["secrets", "enable", "-path=cognito", "cognito"]);
    await server.cli(["write", "cognito/config", ...asArguments(world().config)]);
    await server.cli(["write", "cognito/roles/app", ...asArguments(world().userRole)]);
    await server.cli(["write", "cognito/roles/machine", ...asArguments(world().machineRole)]);
    expect(await server.cliJson<string[]>(["list", "cognito/roles"])).toEqual(["app", "machine"]);
    const { data } = await server.cliJson<Credentials>(["read", "cognito/roles/app"]);
    expect(data).toMatchObject({ credential_type: "user", ttl: 3600, max_ttl: 0, group: "readers" });
    const config = (await server.cli(["read", "cognito/config"])).stdout;
    expect(config).toContain(world().config.aws_access_key_id as string);
    expect(config).not.toContain(world().config.aws_secret_access_key as string);
    const plugins = (await server.cli(["plugin", "list", "secret"])).stdout;
    // A version would be filed apart from the plugin that a new file is to replace: it is told on request only.
    expect(plugins).toMatch(/cognito\s+n\/a/);
  });

  test("read what the engine says of itself", async () => {
    const server = shared();
    expect((await server.cli(["path-help", "cognito"])).stdout).toContain("^creds/(?P<role>");
    expect((await server.cli(["path-help", "cognito/roles/x"])).stdout).toContain("user_pool_id (string)");
    const { body } = await server.http<{ paths: object }>("GET", "sys/internal/specs/openapi");
    expect(Object.keys(body.paths)).toContain("/cognito/creds/{role}");
  });

  test("get a token for a machine, without a lease", async () => {
    const { stdout } = await shared().cli(["read", "cognito/creds/machine"]);
    expect(stdout).toMatch(
      /^Key +Value\n--- +-----\naccess_token +eyJ[\w.-]+\nexpires_in +3600\ntoken_type +Bearer\n$/,
    );
  });

  test("get a user with password and tokens, renew it and revoke it", async () => {
    const server = shared();
    const user = await server.cliJson<Credentials>(["read", "cognito/creds/app"]);
    expect(user.lease_id).toStartWith("cognito/creds/app/");
    expect(user).toMatchObject({ lease_duration: 3600, renewable: true });
    expect(Object.keys(user.data).sort()).toEqual([
      "access_token",
      "expires_in",
      "id_token",
      "password",
      "refresh_token",
      "token_type",
      "username",
    ]);
    expect(world().userPool.usernames()).toEqual([user.data.username as string]);

    const renewed = await server.cliJson<Credentials>(["lease", "renew", "-increment=1800", user.lease_id]);
    expect(renewed).toMatchObject({ lease_id: user.lease_id, lease_duration: 1800, renewable: true });
    await server.cli(["lease", "revoke", "-sync", user.lease_id]);
    expect(world().userPool.usernames()).toEqual([]);
    const again = await server.http("PUT", "sys/leases/renew", { lease_id: user.lease_id });
    expect(again.status).toBe(400);
  });

  test("get credentials behind a wrapping token", async () => {
    const server = shared();
    const wrapped = await server.cliJson<Credentials>(["read", "-wrap-ttl=60s", "cognito/creds/app"]);
    expect(wrapped.data).toBeNull();
    const user = await server.cliJson<Credentials>(["unwrap", wrapped.wrap_info?.token ?? ""]);
    expect(world().userPool.usernames()).toEqual([user.data.username as string]);
    await server.cli(["lease", "revoke", "-sync", user.lease_id]);
    expect(world().userPool.usernames()).toEqual([]);
  });

  test("see users go when their lease is over", async () => {
    const server = shared();
    await write(server, "cognito/roles/brief", { ...world().userRole, ttl: "1s" });
    const user = await read(server, "cognito/creds/brief");
    expect(user.lease_duration).toBe(1);
    await eventually("the user is gone", () => world().userPool.usernames().length === 0);
  });

  test("are held to the role's longest lease, with the server's own warning", async () => {
    const server = shared();
    await write(server, "cognito/roles/short", { ...world().userRole, ttl: 0, max_ttl: "10m" });
    const user = await read(server, "cognito/creds/short");
    expect(user.lease_duration).toBe(600);
    const renewed = await server.http<Credentials>("PUT", "sys/leases/renew", {
      lease_id: user.lease_id,
      increment: 7200,
    });
    expect(renewed.body.lease_duration).toBeLessThanOrEqual(600);
    expect(renewed.body.warnings?.join()).toContain("max");
    await server.cli(["lease", "revoke", "-sync", user.lease_id]);
  });

  test("revoke all users of a role at once", async () => {
    const server = shared();
    await Promise.all(Array.from({ length: 5 }, () => read(server, "cognito/creds/app")));
    expect(world().userPool.usernames()).toHaveLength(5);
    await server.cli(["lease", "revoke", "-prefix", "-sync", "cognito/creds/app"]);
    expect(world().userPool.usernames()).toEqual([]);
  });

  test("may spell a role in upper case, and are told what that means", async () => {
    const server = shared();
    await write(server, "cognito/roles/MixedCase", world().userRole);
    const user = await read(server, "cognito/creds/MixedCase");
    expect(user.lease_id).toStartWith("cognito/creds/MixedCase/");
    expect(user.warnings?.join()).toContain("role names are lower case");
    expect((await read(server, "cognito/roles/mixedcase")).warnings).toBeNull();
    await server.cli(["lease", "revoke", "-prefix", "-sync", "cognito/creds/MixedCase"]);
    expect(world().userPool.usernames()).toEqual([]);
  });

  test("get one clear sentence for each mistake", async () => {
    const server = shared();
    const refused = async (method: string, path: string, body?: object) => server.http(method, path, body);
    expect(await refused("GET", "cognito/creds/nobody")).toEqual({
      status: 400,
      body: { errors: ["role 'nobody' does not exist"] },
    });
    expect(await refused("PUT", "cognito/roles/bad", { ...world().userRole, region: "Ireland" })).toEqual({
      status: 400,
      body: { errors: ['region must be the name of an AWS region, such as "eu-west-1"'] },
    });
    expect(await refused("PUT", "cognito/roles/bad", { ...world().userRole, ttl: "soon" })).toMatchObject({
      status: 400,
    });
    expect(await refused("GET", "cognito/roles/bad")).toMatchObject({ status: 404 });
    expect(await refused("GET", "cognito/nowhere")).toMatchObject({ status: 404 });
    expect(await refused("DELETE", "cognito/creds/app")).toMatchObject({ status: 405 });
    await write(server, "cognito/roles/wrong", { ...world().machineRole, app_client_secret: "a-secret-of-no-client" });
    const token = await refused("GET", "cognito/creds/wrong");
    expect(token).toMatchObject({ status: 400 });
    expect(JSON.stringify(token.body)).toContain("token request failed: invalid_client");
  });

  test("are told of misspelt fields", async () => {
    const { body } = await shared().http<Credentials>("PUT", "cognito/roles/app", { ttl: "1h", max_tll: "2h" });
    expect(body.warnings).toEqual(["Endpoint ignored these unrecognized parameters: [max_tll]"]);
  });

  test("find none of all these secrets in the log or the audit log", () => {
    expect(secretsWrittenDown(shared(), world())).toBe(0);
    expect(world().emulator.secretsSeen().length).toBeGreaterThan(20);
  });
});
