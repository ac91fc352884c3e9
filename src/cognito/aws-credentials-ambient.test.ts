import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ambientRegion } from "./ambient-region.ts";
import { assumed, ok, refusal } from "./testing/scripted-aws.ts";
import { roleArn, SignedCalls } from "./testing/signed-calls.ts";
import { failureOf } from "./testing/user-making.ts";

const saved = new Map(Object.entries(process.env));
let folder: string;
let calls: SignedCalls;

/** The SDK itself reads the process's environment: each test gets one of its own, with no AWS in it. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ambient-"));
  for (const name of saved.keys()) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, {
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: join(folder, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
  });
  calls = new SignedCalls();
});
afterEach(async () => {
  for (const name of Object.keys(process.env))
    if (name.startsWith("AWS_") && !saved.has(name)) delete process.env[name];
  for (const [name, value] of saved) if (name.startsWith("AWS_")) process.env[name] = value;
  await rm(folder, { recursive: true });
});

test("the server's environment is used, and the role assumed on top of it", async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "env-secret" });
  await calls.deleteAnn(calls.poolsWith({}));
  expect(calls.signers()).toEqual(["AKIAENV"]);
  await calls.deleteAnn(calls.poolsWith({ aws_assume_role_arn: roleArn }));
  expect(calls.aws.of("AssumeRole")[0]?.accessKeyId).toBe("AKIAENV");
});

test("a web identity is exchanged where AWS or the server says, by the same fetch, and never follows the endpoint of a config", async () => {
  const file = join(folder, "token");
  await writeFile(file, "web-identity-token");
  Object.assign(process.env, { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: roleArn });
  calls.aws.on("AssumeRoleWithWebIdentity", assumed("ASIAWEB", calls.inAnHour()));
  await calls.deleteAnn(calls.poolsWith({ sts_region: "eu-south-1" }));
  await calls.deleteAnn(calls.poolsWith({ sts_endpoint: "https://sts.elsewhere.example" }));
  process.env["AWS_ENDPOINT_URL_STS"] = "https://sts.internal.example";
  await calls.deleteAnn(calls.poolsWith({ sts_endpoint: "https://sts.elsewhere.example" }));
  const exchanges = calls.aws.of("AssumeRoleWithWebIdentity");
  expect(exchanges.map(({ host }) => host)).toEqual([
    "sts.eu-south-1.amazonaws.com",
    "sts.eu-west-1.amazonaws.com",
    "sts.internal.example",
  ]);
  expect(exchanges[0]?.input).toMatchObject({ RoleArn: roleArn, WebIdentityToken: "web-identity-token" });
  expect(calls.signers()).toEqual(["ASIAWEB", "ASIAWEB", "ASIAWEB"]);
});

test("and none on the server, the error says where to set some", async () => {
  const error = await failureOf(calls.deleteAnn(calls.poolsWith({})));
  expect([error.name, error.message]).toEqual([
    "InternalError",
    "no AWS credentials: none could be found or taken (CredentialsProviderError); set aws_access_key_id and aws_secret_access_key in config, or give the server credentials of its own",
  ]);
  expect(calls.aws.calls()).toEqual([]);
});

test("keys that were exchanged on the server are found again when AWS refuses the old ones", async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "AKIAOLD", AWS_SECRET_ACCESS_KEY: "env-secret" });
  const pools = calls.poolsWith({});
  await calls.deleteAnn(pools);
  process.env["AWS_ACCESS_KEY_ID"] = "AKIANEW";
  calls.aws.on("AdminDeleteUser", refusal("UnrecognizedClientException"), ok());
  await calls.deleteAnn(pools);
  expect(calls.signers()).toEqual(["AKIAOLD", "AKIAOLD", "AKIANEW"]);
});

test("the shared files are used, with what stands in them now", async () => {
  const keys = (id: string) =>
    writeFile(join(folder, "credentials"), `[default]\naws_access_key_id=${id}\naws_secret_access_key=s\n`);
  const pools = calls.poolsWith({});
  await keys("AKIAFILE1");
  await calls.deleteAnn(pools);
  await keys("AKIAFILE2");
  calls.aws.on("AdminDeleteUser", refusal("UnrecognizedClientException"), ok());
  await calls.deleteAnn(pools);
  expect(calls.signers()).toEqual(["AKIAFILE1", "AKIAFILE1", "AKIAFILE2"]);
});

test("what the SDK has to say goes to the mount's log: the console is the host's protocol", async () => {
  Object.assign(process.env, {
    AWS_PROFILE: "default",
    AWS_ACCESS_KEY_ID: "AKIAENV",
    AWS_SECRET_ACCESS_KEY: "env-secret",
  });
  await writeFile(join(folder, "credentials"), "[default]\naws_access_key_id=AKIAFILE\naws_secret_access_key=s\n");
  await calls.deleteAnn(calls.poolsWith({}));
  expect(calls.signers()).toEqual(["AKIAFILE"]);
  expect(calls.logger.text()).toContain("Multiple credential sources detected");
  expect(calls.logger.text()).not.toContain("env-secret");
});

test("the SDK's own endpoint variables hold where config names no endpoint", async () => {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: "AKIAENV",
    AWS_SECRET_ACCESS_KEY: "env-secret",
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "https://cognito.environment.example",
    AWS_ENDPOINT_URL_STS: "https://sts.environment.example",
  });
  await calls.deleteAnn(calls.poolsWith({ aws_assume_role_arn: roleArn }));
  await calls.deleteAnn(calls.poolsWith({ cognito_endpoint: "https://cognito.config.example" }));
  expect(calls.aws.requests.map(({ host }) => host)).toEqual([
    "sts.environment.example",
    "cognito.environment.example",
    "cognito.config.example",
  ]);
});

test("the server's region is AWS_REGION, else AWS_DEFAULT_REGION, else none", async () => {
  expect(await ambientRegion({ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-2" })).toBe("eu-west-1");
  expect(await ambientRegion({ AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-2" })).toBe("eu-west-2");
  expect(await ambientRegion({})).toBeUndefined();
});

test("the server's region is that of the shared file where the environment names none", async () => {
  await writeFile(join(folder, "config"), "[default]\nregion = eu-north-1\n");
  expect(await ambientRegion({})).toBe("eu-north-1");
});
