import { expect } from "bun:test";
import { describeOnEveryServer } from "../servers/every-server.ts";
import { read, write } from "./cognito-world.ts";
import { worldMountedOn } from "./world-of-a-story.ts";

describeOnEveryServer("a client of what the Go plugin never had", ({ shared, test }) => {
  const world = worldMountedOn(shared);

  const tokenRequests = () => world().emulator.calls.filter(({ action }) => action === "Token").length;

  test("shares one token with fifty others, over a thousand reads", async () => {
    const server = shared();
    await write(server, "cognito/roles/shared", { ...world().machineRole, cache_tokens: true });
    const before = tokenRequests();
    const tokens = new Set<string | undefined>();
    const client = async () => {
      for (let i = 0; i < 20; i++) tokens.add((await read(server, "cognito/creds/shared")).data.access_token);
    };
    await Promise.all(Array.from({ length: 50 }, client));
    expect(tokens.size).toBe(1);
    expect(tokenRequests() - before).toBe(1);
  });

  test("asks for a scope, in the query of a read and in the body of a write", async () => {
    const server = shared();
    const asRead = await read(server, "cognito/creds/machine?scopes=api/read");
    const asWrite = await server.http<{ data: Record<string, string> }>("PUT", "cognito/creds/machine", {
      scopes: ["api/read"],
    });
    for (const { access_token } of [asRead.data, asWrite.body.data]) {
      expect(JSON.parse(Buffer.from(access_token?.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
        scope: "api/read",
      });
    }
  });

  test("asks for a shorter lease, and is held to the role's longest", async () => {
    const server = shared();
    await write(server, "cognito/roles/capped", { ...world().userRole, ttl: "5m", max_ttl: "10m" });
    const short = await read(server, "cognito/creds/capped?ttl=90s");
    expect(short.lease_duration).toBe(90);
    const long = await read(server, "cognito/creds/capped?ttl=2h");
    expect(long.lease_duration).toBe(600);
    expect(long.warnings?.join()).toContain("exceeded the effective max_ttl");
    await server.cli(["lease", "revoke", "-prefix", "-sync", "cognito/creds/capped"]);
    expect(world().userPool.usernames()).toEqual([]);
  });

  test("gets a password by the server's policy, and a name by the role's template", async () => {
    const server = shared();
    const policy =
      'length = 40\nrule "charset" { charset = "abcdefghij" min-chars = 1 }\nrule "charset" { charset = "ABCDEFGHIJ" min-chars = 1 }\nrule "charset" { charset = "0123456789" min-chars = 1 }\nrule "charset" { charset = "!#*+" min-chars = 1 }\n';
    await write(server, "sys/policies/password/long", { policy });
    await write(server, "cognito/roles/named", {
      ...world().userRole,
      password_policy: "long",
      username_template: "{{ .RoleName }}-{{ .DisplayName | truncate 10 }}-{{ random 20 }}@{{ .EmailDomain }}",
    });
    const { data } = await read(server, "cognito/creds/named");
    expect(data.password).toMatch(/^[a-jA-J0-9!#*+]{40}$/);
    expect(data.username).toMatch(/^named-\w{1,10}-\w{20}@example\.com$/);
    await write(server, "cognito/roles/named", { password_policy: "missing" });
    const refused = await server.http<{ errors: string[] }>("GET", "cognito/creds/named");
    expect(refused.status).toBe(400);
    expect(refused.body.errors.join()).toContain('password policy "missing"');
    await server.cli(["lease", "revoke", "-prefix", "-sync", "cognito/creds/named"]);
    expect(world().userPool.usernames()).toEqual([]);
  });

  test("gets a user without tokens, whose password works", async () => {
    const server = shared();
    await write(server, "cognito/roles/plain", { ...world().userRole, issue_tokens: false, app_client_id: "" });
    const { data } = await read(server, "cognito/creds/plain");
    expect(Object.keys(data).sort()).toEqual(["password", "username"]);
    expect(world().userPool.hasPassword(data.username ?? "", data.password ?? "")).toBe(true);
    await server.cli(["lease", "revoke", "-prefix", "-sync", "cognito/creds/plain"]);
  });

  test("lists roles page by page", async () => {
    const server = shared();
    for (const name of ["page-a", "page-b", "page-c"])
      await write(server, `cognito/roles/${name}`, world().machineRole);
    const page = async (query: string) => {
      const { body } = await server.http<{ data: unknown; warnings?: unknown }>(
        "GET",
        `cognito/roles?list=true&${query}`,
      );
      return { data: body.data, warnings: body.warnings ?? null };
    };
    expect(await page("after=page-&limit=2")).toEqual({ data: { keys: ["page-a", "page-b"] }, warnings: null });
    expect(await page("after=page-b&limit=1")).toEqual({ data: { keys: ["page-c"] }, warnings: null });
    if (server.kind === "openbao") {
      const { stdout } = await server.cli(["list", "-after=page-a", "-limit=1", "cognito/roles"]);
      expect(stdout).toBe("Keys\n----\npage-b\n");
    }
  });

  test("gets a lease for a token that wants one, which ends with the token and cannot be renewed", async () => {
    const server = shared();
    await write(server, "cognito/roles/leased", { ...world().machineRole, token_lease: true });
    const leased = await read(server, "cognito/creds/leased");
    expect(leased).toMatchObject({ lease_duration: 3600, renewable: false });
    expect(leased.lease_id).toStartWith("cognito/creds/leased/");
    expect((await server.http("PUT", "sys/leases/renew", { lease_id: leased.lease_id })).status).toBe(400);
    await server.cli(["lease", "revoke", "-sync", leased.lease_id]);
  });
});
