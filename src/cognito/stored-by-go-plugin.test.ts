import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type JsonObject, UserError } from "../framework/index.ts";
import { putJson } from "../framework/storage.ts";
import { mountedCognito } from "./testing/mounted-cognito.ts";

/** A role as the Go plugin stores it: all of its keys, always. */
const goRole = (told: JsonObject): JsonObject => ({
  credential_type: "client_credentials_grant",
  cognito_pool_domain: "",
  app_client_secret: "",
  region: "",
  app_client_id: "",
  user_pool_id: "",
  group: "",
  dummy_email_domain: "",
  ttl: 0,
  max_ttl: 0,
  ...told,
});

test("a user role with a secret left from a grant signs its users in without it, until the secret is written again", async () => {
  await using world = await mountedCognito();
  const { mount, userPool, machineRole, emulator } = world;
  const { ttl: _, max_ttl: __, ...fields } = world.userRole;
  const stored = goRole({ ...fields, app_client_secret: machineRole.app_client_secret });
  await putJson(mount.storage, "roles/app", stored);
  const flows = () =>
    emulator.calls.filter(({ action, outcome }) => action === "AdminInitiateAuth" && outcome === "ok");
  await mount.revoke(await mount.read("creds/app"));
  await mount.write("roles/app", { ttl: "1h" });
  await mount.revoke(await mount.read("creds/app"));
  expect(flows()).toHaveLength(2);

  const secret = userPool.client("secretclient").secret as string;
  await mount.write("roles/app", {
    app_client_id: "secretclient",
    app_client_secret: secret,
    auth_flow: "ADMIN_USER_PASSWORD_AUTH",
  });
  await mount.revoke(await mount.read("creds/app"));
  await mount.write("roles/app", { ttl: "2h" });
  await mount.revoke(await mount.read("creds/app"));
  expect(flows()).toHaveLength(4);
  expect(userPool.usernames()).toEqual([]);
});

test("a secret that a user role was left with goes with its app client, and comes to no other", async () => {
  await using world = await mountedCognito();
  const { mount, machineRole, userRole } = world;
  const { ttl: _, max_ttl: __, ...fields } = userRole;
  await putJson(mount.storage, "roles/app", goRole({ ...fields, app_client_secret: machineRole.app_client_secret }));
  await mount.write("roles/app", { app_client_id: "legacyclient" });
  expect(mount.storage.contents()["roles/app"]).toMatchObject({ app_client_secret: "" });
  await mount.revoke(await mount.read("creds/app"));

  const { credential_type, cognito_pool_domain } = machineRole;
  await putJson(mount.storage, "roles/turned", goRole({ ...fields, app_client_secret: machineRole.app_client_secret }));
  await expect(
    mount.write("roles/turned", { credential_type, cognito_pool_domain, app_client_id: "machine" }),
  ).rejects.toThrow(new UserError("a role of credential_type client_credentials_grant needs app_client_secret"));
});

test("the secret of a grant stays its app client's when the role is made one of users", async () => {
  await using world = await mountedCognito();
  const { mount, userPool, userRole } = world;
  const { app_client_id: _, ...user } = userRole;
  const secret = userPool.client("secretclient").secret as string;
  const grant = { app_client_id: "secretclient", app_client_secret: secret, cognito_pool_domain: "example.com" };
  await putJson(mount.storage, "roles/app", goRole(grant));
  await mount.write("roles/app", { ...user, auth_flow: "ADMIN_USER_PASSWORD_AUTH" });
  await mount.revoke(await mount.read("creds/app"));
});

test("a group that Cognito would refuse is told of before AWS is asked", async () => {
  await using world = await mountedCognito();
  const { mount, userRole, emulator } = world;
  const { ttl: _, max_ttl: __, ...fields } = userRole;
  await putJson(mount.storage, "roles/app", goRole({ ...fields, group: "our readers" }));
  await expect(mount.read("creds/app")).rejects.toThrow(
    "role 'app' cannot issue credentials: group must be the name of a",
  );
  expect(emulator.calls).toEqual([]);
});

/** What a user of the Go plugin may have typed, wise or not: it takes every text for every field. */
const anyText = fc.oneof(fc.constant(""), fc.string({ unit: "binary", maxLength: 40 }), fc.string({ maxLength: 10 }));

const longestGoDuration = 2n ** 63n - 1n;

/** Seconds as a Go duration: what is longer than 292 years came out as anything when Go multiplied it. */
const anyNanoseconds = fc.oneof(
  fc.bigInt({ min: 0n, max: longestGoDuration / 1_000_000_000n }).map((seconds) => seconds * 1_000_000_000n),
  fc.bigInt({ min: -longestGoDuration - 1n, max: longestGoDuration }),
);

const anyRole = fc.record({
  credential_type: fc.oneof(fc.constantFrom("user", "client_credentials_grant", "", "User", "app_client"), anyText),
  cognito_pool_domain: fc.oneof(fc.constantFrom("my url", "https://example.com/path", "a b", ""), anyText),
  app_client_secret: anyText,
  region: fc.oneof(fc.constantFrom("eu-west-1", "Ireland", "eu-west-1 ", "aa"), anyText),
  app_client_id: anyText,
  user_pool_id: fc.oneof(fc.constantFrom("eu-west-1_", "us-east-1_Stories01", "aaaa"), anyText),
  group: anyText,
  dummy_email_domain: fc.oneof(fc.constantFrom("example.com", "@example.com", "aaaaaa"), anyText),
  ttl: anyNanoseconds,
  max_ttl: anyNanoseconds,
});

/** As Go writes it: its integers have more digits than JavaScript's. */
const asGoWrites = (role: Readonly<Record<string, string | bigint>>): Uint8Array => {
  const members = Object.entries(role).map(
    ([name, value]) => `${JSON.stringify(name)}:${typeof value === "bigint" ? value : JSON.stringify(value)}`,
  );
  return new TextEncoder().encode(`{${members.join(",")}}\n`);
};

/** What the Go plugin would show of it. */
const secondsOf = (nanoseconds: bigint): number => (nanoseconds < 0n ? 0 : Number(nanoseconds / 1_000_000_000n));

describe("whatever the Go plugin stored as a role", () => {
  test("can be read, with the same values", async () => {
    await using world = await mountedCognito();
    const { storage } = world.mount;
    const property = fc.asyncProperty(anyRole, async (role) => {
      await storage.put({ key: "roles/any", value: asGoWrites(role) });
      await world.mount.invalidate("roles/any");
      const { data } = await world.mount.read("roles/any");
      const { credential_type, cognito_pool_domain, app_client_secret: _, ttl, max_ttl, ...texts } = role;
      const shown =
        credential_type === "user"
          ? { credential_type, ...texts, ttl: secondsOf(ttl), max_ttl: secondsOf(max_ttl) }
          : { credential_type, cognito_pool_domain };
      expect(data).toMatchObject(shown);
      expect(await storage.get("roles/any")).toMatchObject({ value: asGoWrites(role) });
    });
    await fc.assert(property, { numRuns: 300 });
  });

  test("and cannot be used says so when credentials are asked for, naming a field, and asks AWS for nothing", async () => {
    await using world = await mountedCognito();
    const unusable = anyRole.map((role) => ({ ...role, user_pool_id: "aaaa", cognito_pool_domain: "my url" }));
    const property = fc.asyncProperty(unusable, async (role) => {
      await world.mount.storage.put({ key: "roles/any", value: asGoWrites(role) });
      await world.mount.invalidate("roles/any");
      const failure = await world.mount.read("creds/any").then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(UserError);
      const { message } = failure as UserError;
      expect(message).toStartWith("role 'any' cannot issue credentials: ");
      expect(Object.keys(role).some((field) => message.includes(field))).toBe(true);
      if (role.app_client_secret.length > 3) expect(message).not.toContain(role.app_client_secret);
    });
    await fc.assert(property, { numRuns: 300 });
    expect(world.emulator.calls).toEqual([]);
  });

  test("with null for what was never set, with fields missing, or with ones that nobody knows", async () => {
    await using world = await mountedCognito();
    const { mount, userRole } = world;
    const { ttl: _, max_ttl: __, ...told } = userRole;
    const full = goRole(told);
    for (const [name, value] of Object.entries(full)) {
      if (value !== "" && value !== 0) continue;
      await putJson(mount.storage, "roles/nulls", { ...full, [name]: null });
      const { [name]: ___, ...without } = full;
      await putJson(mount.storage, "roles/without", without);
      for (const role of ["nulls", "without"]) {
        await mount.invalidate(`roles/${role}`);
        expect((await mount.read(`roles/${role}`)).data).toMatchObject(told);
      }
    }
    await putJson(mount.storage, "roles/more", { ...full, shard: 7, labels: { team: "a" } });
    await mount.revoke(await mount.read("creds/more"));
    for (const credential_type of [null, undefined]) {
      const role = { ...goRole(world.machineRole), ...(credential_type === null ? { credential_type } : {}) };
      if (credential_type === undefined) delete (role as Record<string, unknown>).credential_type;
      await putJson(mount.storage, "roles/typeless", role);
      await mount.invalidate("roles/typeless");
      expect((await mount.read("creds/typeless")).data.token_type).toBe("Bearer");
    }
  });

  test("and is no role at all is an error that repeats nothing of it", async () => {
    await using world = await mountedCognito();
    for (const value of ["not JSON: hunter2", '"hunter2"', '["hunter2"]', "7", '{"ttl":"hunter2"}']) {
      await world.mount.storage.put({ key: "roles/broken", value: new TextEncoder().encode(value) });
      for (const path of ["roles/broken", "creds/broken"]) {
        const message = await world.mount.read(path).then(
          () => "no failure",
          (error: Error) => error.message,
        );
        expect(message).toContain("broken");
        expect(message).not.toContain("hunter2");
      }
    }
  });
});

test("whatever is written here the Go plugin can read: its ten keys, texts as texts, durations as its integers", async () => {
  await using world = await mountedCognito();
  const { mount, userRole, machineRole } = world;
  const seconds = fc.oneof(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(9_223_372_035, 9_223_372_036));
  const written = fc.record(
    {
      ttl: seconds,
      groups: fc.constant("readers,writers"),
      attributes: fc.constant({ locale: "en" }),
      username_template: fc.constant("{{uuid}}@example.com"),
      password_length: fc.integer({ min: 8, max: 256 }),
      issue_tokens: fc.boolean(),
      scopes: fc.constant("api/read"),
      token_lease: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const { max_ttl: _, ...user } = userRole;
  const property = fc.asyncProperty(fc.constantFrom(user, machineRole), written, async (role, more) => {
    await mount.delete("roles/any");
    await mount.write("roles/any", { ...role, ...more } as JsonObject);
    const text = new TextDecoder().decode((await mount.storage.get("roles/any"))?.value);
    const stored = JSON.parse(text);
    for (const [name, value] of Object.entries(goRole({})))
      expect({ name, type: typeof stored[name] }).toEqual({ name, type: typeof value });
    for (const name of ["ttl", "max_ttl"]) {
      const digits = new RegExp(`"${name}":(\\d+)[,}]`).exec(text)?.[1] ?? "none";
      expect(BigInt(digits) <= longestGoDuration && BigInt(digits) % 1_000_000_000n === 0n).toBe(true);
    }
  });
  await fc.assert(property, { numRuns: 200 });
});

describe("whatever the Go plugin stored as config", () => {
  const anyConfig = fc.record({
    aws_access_key_id: anyText,
    aws_assume_role_arn: anyText,
    aws_secret_access_key: anyText,
    aws_session_token: anyText,
  });

  test("can be read, without its secrets, and stays as it is", async () => {
    await using world = await mountedCognito();
    const { storage } = world.mount;
    const property = fc.asyncProperty(anyConfig, async (config) => {
      await storage.put({ key: "config", value: asGoWrites(config) });
      const { data } = await world.mount.read("config");
      const { aws_access_key_id, aws_assume_role_arn } = config;
      expect(data).toMatchObject({ aws_access_key_id, aws_assume_role_arn });
      expect(Object.keys(data)).not.toContainAnyValues(["aws_secret_access_key", "aws_session_token"]);
      expect(await storage.get("config")).toMatchObject({ value: asGoWrites(config) });
    });
    await fc.assert(property, { numRuns: 200 });
  });

  test.each([
    ["a key without its secret", { aws_access_key_id: "AKIAEXAMPLE" }, "aws_secret_access_key"],
    ["a secret without its key", { aws_secret_access_key: "a-secret-that-has-no-key" }, "aws_access_key_id"],
  ])("%s says so when credentials are asked for, naming the field", async (_what, told, field) => {
    await using world = await mountedCognito();
    const { mount, userRole, config } = world;
    await mount.write("roles/app", userRole);
    const { cognito_endpoint, sts_endpoint } = config;
    await putJson(mount.storage, "config", { cognito_endpoint, sts_endpoint, ...told });
    await mount.invalidate("config");
    await expect(mount.read("creds/app")).rejects.toThrow(field);
  });

  test("an assumed role that is none says so when credentials are asked for, naming the field", async () => {
    await using world = await mountedCognito();
    const { mount, userRole, config } = world;
    await mount.write("roles/app", userRole);
    await putJson(mount.storage, "config", { ...config, aws_assume_role_arn: "the-role" });
    await mount.invalidate("config");
    await expect(mount.read("creds/app")).rejects.toThrow("aws_assume_role_arn");
  });
});
