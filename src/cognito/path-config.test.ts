import { expect, test } from "bun:test";
import { LoggedError, UserError } from "../framework/index.ts";
import { putJson } from "../framework/storage.ts";
import { mountedCognito } from "./testing/mounted-cognito.ts";

test("a config reads back without its secrets", async () => {
  await using world = await mountedCognito();
  const { mount, config } = world;
  await mount.write("config", {
    aws_session_token: "a-session-token",
    aws_secret_access_key: config.aws_secret_access_key,
  });
  const { data } = await mount.read("config");
  expect(data).toMatchObject({
    aws_access_key_id: config.aws_access_key_id,
    aws_assume_role_arn: "",
    aws_assume_role_session_name: "vault-cognito",
    cognito_endpoint: config.cognito_endpoint,
    max_retries: -1,
    request_timeout: 30,
  });
  expect(JSON.stringify(data)).not.toContain(config.aws_secret_access_key);
  expect(JSON.stringify(data)).not.toContain("a-session-token");
});

test("a config is stored as the older plugin stores it", async () => {
  await using world = await mountedCognito();
  const { mount } = world;
  await mount.delete("config");
  await mount.write("config", { aws_access_key_id: "AKIAEXAMPLE", aws_secret_access_key: "secret" });
  expect(mount.storage.contents().config).toEqual({
    aws_access_key_id: "AKIAEXAMPLE",
    aws_assume_role_arn: "",
    aws_secret_access_key: "secret",
    aws_session_token: "",
  });
});

test("a config that was never written is missing, and deleting it twice is fine", async () => {
  await using world = await mountedCognito();
  await world.mount.delete("config");
  await world.mount.delete("config");
  expect((await world.mount.read("config")).data).toEqual({});
});

const refusals: readonly [string, Record<string, string | number>, string][] = [
  ["half a key pair", { aws_secret_access_key: "" }, "aws_access_key_id needs aws_secret_access_key"],
  ["a secret without its id", { aws_access_key_id: "" }, "aws_secret_access_key needs aws_access_key_id"],
  [
    "a key that brings its line end",
    { aws_access_key_id: "AKIAEXAMPLE\n", aws_secret_access_key: "x" },
    "aws_access_key_id must not hold spaces, line ends",
  ],
  [
    "a secret that brings its line end",
    { aws_secret_access_key: "secret\n" },
    "aws_secret_access_key must not hold spaces, line ends",
  ],
  ["a role that is no ARN", { aws_assume_role_arn: "vault" }, "aws_assume_role_arn must be the ARN of an IAM role"],
  ["a region that is none", { region: "europe" }, "region must be the name of an AWS region"],
  ["an STS region that is none", { sts_region: "x" }, "sts_region must be the name of an AWS region"],
  [
    "plain http to another machine",
    { cognito_endpoint: "http://cognito.example.com" },
    "cognito_endpoint must be an https URL",
  ],
  ["an endpoint with a path", { sts_endpoint: "https://sts.example.com/x" }, "sts_endpoint must be an https URL"],
  ["no time at all", { request_timeout: 0 }, "request_timeout must be at least 1 second"],
  ["odd retries", { max_retries: -2 }, "max_retries must be -1"],
];

for (const [what, change, sentence] of refusals) {
  test(`a config with ${what} is refused by name`, async () => {
    await using world = await mountedCognito();
    const before = world.mount.storage.contents();
    const writing = world.mount.write("config", change);
    await expect(writing).rejects.toThrow(UserError);
    await expect(writing).rejects.toThrow(sentence);
    expect(world.mount.storage.contents()).toEqual(before);
  });
}

test("a stored secret key does not follow a changed endpoint", async () => {
  await using world = await mountedCognito();
  const { mount, config } = world;
  const elsewhere = { cognito_endpoint: "https://evil.example.com" };
  await expect(mount.write("config", elsewhere)).rejects.toThrow(
    "changing cognito_endpoint needs aws_secret_access_key in the same write, as a key is stored",
  );
  await mount.write("config", { ...elsewhere, aws_secret_access_key: config.aws_secret_access_key });
});

test("a stored secret key does not go on beside the id of another key", async () => {
  await using world = await mountedCognito();
  const { mount, config } = world;
  const { aws_access_key_id, aws_secret_access_key } = config;
  const before = mount.storage.contents();
  await expect(mount.write("config", { aws_access_key_id: "AKIAOTHER", region: "eu-west-1" })).rejects.toThrow(
    new UserError("changing aws_access_key_id needs aws_secret_access_key in the same write: the new key's"),
  );
  expect(mount.storage.contents()).toEqual(before);
  await mount.write("config", { aws_access_key_id, region: "eu-west-1" });
  await mount.write("config", { aws_secret_access_key: "turned" });
  await mount.write("config", { aws_access_key_id: "AKIAOTHER", aws_secret_access_key });
  await mount.write("config", { aws_access_key_id: "", aws_secret_access_key: "" });
  expect((await mount.read("config")).data).toMatchObject({ aws_access_key_id: "", region: "eu-west-1" });
});

test("the other half of a key pair that the older plugin left incomplete may be written alone", async () => {
  await using world = await mountedCognito();
  for (const half of [{ aws_access_key_id: "AKIAEXAMPLE" }, { aws_secret_access_key: "secret" }]) {
    await putJson(world.mount.storage, "config", half);
    const other =
      "aws_access_key_id" in half ? { aws_secret_access_key: "secret" } : { aws_access_key_id: "AKIAEXAMPLE" };
    await world.mount.write("config", other);
    const written = { aws_access_key_id: "AKIAEXAMPLE", aws_secret_access_key: "secret" };
    expect(world.mount.storage.contents()["config"]).toMatchObject(written);
  }
});

test("a standby hands writes and deletions on before it drops what it knows", async () => {
  await using world = await mountedCognito();
  const { mount } = world;
  const before = mount.storage.contents();
  mount.systemView.replication = {
    performanceSecondary: false,
    performanceStandby: true,
    disasterRecoverySecondary: false,
  };
  const handedOn = "cannot write to readonly storage";
  await expect(mount.write("config", { region: "eu-west-2" })).rejects.toThrow(handedOn);
  await expect(mount.delete("config")).rejects.toThrow(handedOn);
  expect(Object.keys(before)).toContain("config");
  expect(mount.storage.contents()).toEqual(before);
});

test("the role is assumed once for many requests, and anew when the config changes", async () => {
  await using world = await mountedCognito();
  const { mount, emulator, userRole } = world;
  const role = emulator.createRole({ name: "vault", externalId: "wealth" });
  await mount.write("roles/app", userRole);
  await mount.write("config", { aws_assume_role_arn: role.arn, aws_assume_role_external_id: "wealth" });
  const assumed = () => emulator.calls.filter(({ action }) => action === "AssumeRole").length;
  await Promise.all([mount.read("creds/app"), mount.read("creds/app"), mount.read("creds/app")]);
  await mount.revoke(await mount.read("creds/app"));
  expect(assumed()).toBe(1);
  expect(emulator.roleSessions).toMatchObject([
    { roleArn: role.arn, sessionName: "vault-cognito", externalId: "wealth" },
  ]);
  await mount.write("config", { aws_assume_role_session_name: "other" });
  await mount.read("creds/app");
  expect(assumed()).toBe(2);
  world.assertNothingLeaked();
});

test("a config that another node changed is read again", async () => {
  await using world = await mountedCognito();
  const { mount, emulator, userRole } = world;
  await mount.write("roles/app", userRole);
  await mount.read("creds/app");
  const other = emulator.createAccessKey();
  const stored = mount.storage.contents().config as Record<string, string>;
  const changed = { ...stored, aws_access_key_id: other.accessKeyId, aws_secret_access_key: other.secretAccessKey };
  await mount.storage.put({ key: "config", value: new TextEncoder().encode(JSON.stringify(changed)) });
  await mount.invalidate("config");
  await mount.read("creds/app");
  expect(emulator.calls.at(-1)?.accessKeyId).toBe(other.accessKeyId);
});

test("a config that cannot be read is an error: no other AWS identity stands in", async () => {
  await using world = await mountedCognito();
  const { mount, emulator, userRole } = world;
  await mount.write("roles/app", userRole);
  await mount.storage.put({ key: "config", value: new TextEncoder().encode("not json") });
  await mount.invalidate("config");
  await expect(mount.read("creds/app")).rejects.toThrow('stored entry "config" is not valid JSON');
  expect(emulator.calls).toEqual([]);
});

test("what is stored and cannot be read is named for the operator, whose log cuts the sentences of strangers at a quotation mark", async () => {
  await using world = await mountedCognito();
  const { mount } = world;
  for (const [key, stored] of [
    ["roles/app", "not json"],
    ["roles/app", "[]"],
    ["roles/app", '{"app_client_id": {}}'],
    ["config", '{"max_retries": "many"}'],
  ] as const) {
    await mount.storage.put({ key, value: new TextEncoder().encode(stored) });
    await mount.invalidate(key);
    await expect(mount.read(key)).rejects.toBeInstanceOf(LoggedError);
  }
});

test("a new key does not go with the session token of the former one", async () => {
  await using world = await mountedCognito();
  const { mount, config, emulator, userRole } = world;
  await mount.write("config", { aws_session_token: "of-the-former-key" });
  const next = emulator.createAccessKey();
  await mount.write("config", { aws_access_key_id: next.accessKeyId, aws_secret_access_key: next.secretAccessKey });
  expect(mount.storage.contents().config).toMatchObject({ aws_session_token: "" });
  await mount.write("roles/app", userRole);
  await mount.revoke(await mount.read("creds/app"));
  await mount.write("config", { ...config, aws_session_token: "with-its-key" });
  expect(mount.storage.contents().config).toMatchObject({ aws_session_token: "with-its-key" });
});

test("of writes of the config that meet none is lost", async () => {
  await using world = await mountedCognito();
  const { mount } = world;
  const changes = { region: "eu-west-1", sts_region: "eu-west-2", max_retries: 3, request_timeout: 20 };
  await Promise.all(Object.entries(changes).map(([name, value]) => mount.write("config", { [name]: value })));
  expect((await mount.read("config")).data).toMatchObject(changes);
});

test("a config that storage took without confirming it is in use", async () => {
  await using world = await mountedCognito();
  const { mount, userRole, emulator } = world;
  await mount.write("roles/app", userRole);
  await mount.read("creds/app");
  const key = emulator.createAccessKey({ accountId: "210987654321" });
  const put = mount.storage.put.bind(mount.storage);
  mount.storage.put = async (entry) => {
    await put(entry);
    throw new Error("the connection broke off");
  };
  const keys = { aws_access_key_id: key.accessKeyId, aws_secret_access_key: key.secretAccessKey };
  await expect(mount.write("config", keys)).rejects.toThrow();
  mount.storage.put = put;
  await expect(mount.read("creds/app")).rejects.toThrow("there is no such user pool in this account");
});
