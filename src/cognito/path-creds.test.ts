import { expect, test } from "bun:test";
import { UserError } from "../framework/index.ts";
import { claimsOf, mountedCognito } from "./testing/mounted-cognito.ts";

test("a user is issued with password and tokens that carry its group, and deleted when its lease is revoked", async () => {
  await using world = await mountedCognito();
  const { mount, userPool, userRole, emulator } = world;
  await mount.write("roles/app", userRole);

  const user = await mount.read("creds/app");

  expect(Object.keys(user.data).sort()).toEqual([
    "access_token",
    "expires_in",
    "id_token",
    "password",
    "refresh_token",
    "token_type",
    "username",
  ]);
  expect(user.data.username).toMatch(
    /^vault[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}@example\.com$/,
  );
  expect(user.data).toMatchObject({ expires_in: 3600, token_type: "Bearer" });
  expect(claimsOf(user.data.access_token)["cognito:groups"]).toEqual(["readers"]);
  expect(claimsOf(user.data.id_token)).toMatchObject({ email: user.data.username, email_verified: true });
  expect(user.lease).toMatchObject({
    internal: {
      username: user.data.username,
      role: "app",
      region: "eu-west-1",
      user_pool_id: userPool.id,
      secret_type: "user",
    },
    lease: { ttl: 3600, maxTtl: 86_400, renewable: true },
  });
  expect(emulator.calls.map(({ action }) => action).sort()).toEqual([
    "AdminAddUserToGroup",
    "AdminCreateUser",
    "AdminInitiateAuth",
    "AdminRespondToAuthChallenge",
  ]);
  expect(userPool.users()).toMatchObject([{ status: "CONFIRMED" }]);

  await mount.revoke(user);
  expect(userPool.usernames()).toEqual([]);
  await mount.revoke(user);
  expect(Object.keys(mount.storage.contents()).sort()).toEqual(["config", "roles/app"]);
  world.assertNothingLeaked();
});

test("a user whose answer nobody got is deleted, and leaves no note", async () => {
  await using world = await mountedCognito();
  const { mount, userPool, userRole, emulator } = world;
  await mount.write("roles/app", userRole);
  await mount.readInVain("creds/app");
  expect(emulator.calls.map(({ action }) => action)).toContain("AdminRespondToAuthChallenge");
  expect(userPool.usernames()).toEqual([]);
  expect(Object.keys(mount.storage.contents()).sort()).toEqual(["config", "roles/app"]);
  expect(mount.logger.lines).toEqual([]);
});

test("a machine gets an access token without a lease", async () => {
  await using world = await mountedCognito();
  const { mount, machineRole, emulator } = world;
  await mount.write("roles/machine", machineRole);

  const token = await mount.read("creds/machine");

  expect(Object.keys(token.data).sort()).toEqual(["access_token", "expires_in", "token_type"]);
  expect(token.data).toMatchObject({ expires_in: 3600, token_type: "Bearer" });
  expect(claimsOf(token.data.access_token)).toMatchObject({ client_id: "machine", scope: "api/read api/write" });
  expect(token.lease).toBeUndefined();
  expect(emulator.calls.map(({ action }) => action)).toEqual(["Token"]);
  world.assertNothingLeaked();
});

test("a scope is asked for once, and an empty one is refused in its own words", async () => {
  await using world = await mountedCognito();
  const { mount, machineRole } = world;
  const empty = "scopes holds an empty scope: remove the extra comma";
  await expect(mount.write("roles/machine", { ...machineRole, scopes: "," })).rejects.toThrow(new UserError(empty));
  await mount.write("roles/machine", { ...machineRole, scopes: "api/read,api/write,api/read" });
  expect(claimsOf((await mount.read("creds/machine")).data.access_token)).toMatchObject({
    scope: "api/read api/write",
  });
  const twice = await mount.read("creds/machine", { scopes: "api/read,api/read" });
  expect(claimsOf(twice.data.access_token)).toMatchObject({ scope: "api/read" });
  await mount.write("roles/machine", { scopes: "" });
  await expect(mount.read("creds/machine", { scopes: "api/read," })).rejects.toThrow(new UserError(empty));
});

test("a machine gets the scopes of its role, and may authenticate in the body", async () => {
  await using world = await mountedCognito();
  const { mount, machineRole } = world;
  await mount.write("roles/machine", { ...machineRole, scopes: "api/read", auth_style: "in_params" });
  const { data } = await mount.read("creds/machine");
  expect(claimsOf(data.access_token)).toMatchObject({ scope: "api/read" });
});

test("credentials of a role that is not there are refused in the older plugin's words", async () => {
  await using world = await mountedCognito();
  await expect(world.mount.read("creds/Nobody")).rejects.toThrow(new UserError("role 'nobody' does not exist"));
});

test("a role spelt in upper case is the same role, and the caller is told", async () => {
  await using world = await mountedCognito();
  const { mount, machineRole } = world;
  await mount.write("roles/Machine", machineRole);
  expect((await mount.read("creds/machine")).warnings).toEqual([]);
  expect((await mount.read("creds/MACHINE")).warnings).toEqual([
    "role names are lower case: this request used 'machine'. Policies and lease ids keep the spelling 'MACHINE'",
  ]);
});

test("an app client with a secret signs users in", async () => {
  await using world = await mountedCognito();
  const { mount, userPool, userRole } = world;
  const secret = userPool.clients().find(({ id }) => id === "secretclient")?.secret ?? "";
  await mount.write("roles/app", { ...userRole, app_client_id: "secretclient", app_client_secret: secret });
  const { data } = await mount.read("creds/app");
  expect(claimsOf(data.access_token)).toMatchObject({ client_id: "secretclient" });
});

test("an app client with the older sign-in serves roles that say so, and roles of the older plugin", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  await mount.write("roles/new", { ...userRole, app_client_id: "legacyclient" });
  await expect(mount.read("creds/new")).rejects.toThrow(/auth_flow/);
  await mount.write("roles/new", { auth_flow: "ADMIN_NO_SRP_AUTH" });
  await mount.read("creds/new");

  const { value } = (await mount.storage.get("roles/new")) as { value: Uint8Array };
  const stored = JSON.parse(new TextDecoder().decode(value));
  const ofOlderPlugin = { ...stored, auth_flow: undefined };
  await mount.storage.put({ key: "roles/old", value: new TextEncoder().encode(JSON.stringify(ofOlderPlugin)) });
  await mount.read("creds/old");
});

test("a user may be in several groups, or in none", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  await mount.write("roles/both", { ...userRole, groups: "writers, readers" });
  const both = claimsOf((await mount.read("creds/both")).data.access_token)["cognito:groups"] as readonly string[];
  expect([...both].sort()).toEqual(["readers", "writers"]);
  await mount.write("roles/none", { ...userRole, group: "" });
  expect(claimsOf((await mount.read("creds/none")).data.access_token)).not.toHaveProperty("cognito:groups");
});

test("a user without tokens has a password that works, and needs no app client", async () => {
  await using world = await mountedCognito();
  const { mount, userPool, userRole } = world;
  await mount.write("roles/plain", { ...userRole, issue_tokens: false, app_client_id: "" });
  const { data } = await mount.read("creds/plain");
  expect(Object.keys(data).sort()).toEqual(["password", "username"]);
  expect(userPool.users()).toMatchObject([{ status: "CONFIRMED" }]);
});

test("a role of the older plugin that lacks something says so when credentials are asked for", async () => {
  await using world = await mountedCognito();
  const { mount } = world;
  const sparse = { credential_type: "user", region: "eu-west-1", ttl: 3_600_000_000_000, max_ttl: 0 };
  await mount.storage.put({ key: "roles/sparse", value: new TextEncoder().encode(JSON.stringify(sparse)) });
  expect((await mount.read("roles/sparse")).data).toMatchObject({
    credential_type: "user",
    ttl: 3600,
    user_pool_id: "",
  });
  await expect(mount.read("creds/sparse")).rejects.toThrow(
    "role 'sparse' cannot issue credentials: a role of credential_type user needs user_pool_id, dummy_email_domain (or username_template), app_client_id (or issue_tokens=false)",
  );
});

test("a caller who goes away while a user is made leaves none behind", async () => {
  await using world = await mountedCognito();
  const { mount, userPool, userRole, emulator } = world;
  await mount.write("roles/app", userRole);
  const caller = new AbortController();
  const hanging = emulator.faults.add({ match: { action: "AdminRespondToAuthChallenge" }, fault: { kind: "hang" } });
  const reading = mount.read("creds/app", {}, { signal: caller.signal });
  await hanging.met();
  caller.abort();
  await expect(reading).rejects.toThrow();
  expect(userPool.usernames()).toEqual([]);
  expect(Object.keys(mount.storage.contents())).not.toContainEqual(expect.stringMatching(/^wal/));
});

test("a user that cannot be deleted at once is rolled back later, not before its min age", async () => {
  await using world = await mountedCognito();
  const { mount, userPool, userRole, emulator, clock } = world;
  await mount.write("roles/app", { ...userRole, group: "nosuchgroup" });
  const noDeletes = emulator.faults.add({
    match: { action: "AdminDeleteUser", times: Number.POSITIVE_INFINITY },
    fault: { kind: "error", type: "AccessDeniedException" },
  });
  await expect(clock.settle(mount.read("creds/app"))).rejects.toThrow(/nosuchgroup/);
  expect(userPool.usernames()).toHaveLength(1);
  await mount.rollback();
  expect(userPool.usernames()).toHaveLength(1);
  noDeletes.remove();
  clock.advance({ minutes: 6 });
  await mount.rollback();
  expect(userPool.usernames()).toEqual([]);
  expect(Object.keys(mount.storage.contents()).sort()).toEqual(["config", "roles/app"]);
});

test("a mount that is being disabled issues nothing more", async () => {
  await using world = await mountedCognito();
  const { mount, userPool, userRole } = world;
  await mount.write("roles/app", userRole);
  mount.systemView.isTainted = true;
  await expect(mount.read("creds/app")).rejects.toThrow(/being disabled/);
  expect(userPool.usernames()).toEqual([]);
});

test("users are named by the role's template, from who asked and for what", async () => {
  await using world = await mountedCognito();
  const { mount, userRole, userPool } = world;
  const template =
    'v-{{ .DisplayName | replace "-" "_" | truncate 8 }}-{{ .RoleName }}-{{ random 20 | lowercase }}@{{ .EmailDomain }}';
  await mount.write("roles/app", { ...userRole, username_template: template });
  const user = await mount.read("creds/app", {}, { displayName: "userpass-ann" });
  expect(user.data.username).toMatch(/^v-userpass-app-[0-9a-z]{20}@example\.com$/);
  await mount.revoke(user);
  expect(userPool.usernames()).toEqual([]);
});

test("a template whose names could be guessed is refused, as is one that is none", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  const write = (username_template: string) => mount.write("roles/app", { ...userRole, username_template });
  await expect(write("{{ .DisplayName }}@example.com")).rejects.toThrow(/only sure of 0/);
  await expect(write("v-{{ random 20 | truncate 10 }}")).rejects.toThrow(/only sure of 10/);
  await expect(write("{{ range .Roles }}{{ random 20 }}{{ end }}")).rejects.toThrow(/username_template/);
  await write("v-{{ uuid }}");
});

test("a template that makes what Cognito does not take is told of when it happens", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  await mount.write("roles/app", { ...userRole, username_template: "{{ .DisplayName }}-{{ random 20 }}" });
  await expect(mount.read("creds/app", {}, { displayName: "ann lee" })).rejects.toThrow(/spaces or control characters/);
  await expect(mount.read("creds/app", {}, { displayName: "a".repeat(200) })).rejects.toThrow(/name of 221 characters/);
});

test("passwords are made by the server's policy when the role names one", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  let made = 0;
  mount.systemView.passwordPolicies.set("strong", () => `Strong-Password-${++made}`);
  await mount.write("roles/app", { ...userRole, password_policy: "strong" });
  expect((await mount.read("creds/app")).data.password).toBe("Strong-Password-2");
  await mount.write("roles/app", { password_policy: "none" });
  await expect(mount.read("creds/app")).rejects.toThrow('password policy "none"');
});

test("passwords have the role's length", async () => {
  await using world = await mountedCognito();
  const { mount, userRole } = world;
  await mount.write("roles/app", { ...userRole, password_length: 64 });
  expect((await mount.read("creds/app")).data.password).toHaveLength(64);
  await expect(mount.write("roles/app", { password_length: 7 })).rejects.toThrow(
    "password_length must be from 8 to 256",
  );
});

test("a caller may ask for a lease of their own, and only for what the kind of role knows", async () => {
  await using world = await mountedCognito();
  const { mount, userRole, machineRole } = world;
  await mount.write("roles/app", userRole);
  await mount.write("roles/machine", machineRole);
  expect((await mount.read("creds/app", { ttl: "5m" })).lease?.lease).toMatchObject({ ttl: 300, maxTtl: 86_400 });
  expect((await mount.write("creds/app", { ttl: 90 })).lease?.lease).toMatchObject({ ttl: 90 });
  await expect(mount.read("creds/app", { scopes: "api/read" })).rejects.toThrow("scopes: roles of type user");
  await expect(mount.read("creds/machine", { ttl: "5m" })).rejects.toThrow("ttl: tokens live as long as");
});
