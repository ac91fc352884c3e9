import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../framework/testing/manual-clock.ts";
import { RecordingLogger } from "../framework/testing/recording-logger.ts";
import { type Config, emptyConfig } from "./config.ts";
import { requestMilliseconds, startBudget } from "./request-budget.ts";
import { assumed, cut, hang, ok, refusal, ScriptedAws, stsRefusal } from "./testing/scripted-aws.ts";
import { everythingIn, failureOf } from "./testing/user-making.ts";
import { UserPools } from "./user-pools.ts";

const roleArn = "arn:aws:iam::123456789012:role/cognito";
const ownKeys = { aws_access_key_id: "AKIAOWN", aws_secret_access_key: "own-secret" };

let clock: ManualClock;
let aws: ScriptedAws;
let logger: RecordingLogger;

beforeEach(() => {
  clock = new ManualClock();
  logger = new RecordingLogger();
  aws = new ScriptedAws()
    .on("AdminDeleteUser", ok())
    .on("AssumeRole", (sent) => assumed(`ASIA${aws.of("AssumeRole").length}`, new Date(clock.now() + 3_600_000))(sent));
});

function poolsWith(over: Partial<Config>): UserPools {
  const config = { ...emptyConfig, ...over };
  return new UserPools({
    config,
    clock,
    logger,
    random: randomBytes,
    fetch: aws.fetch,
    ambientRegion: async () => undefined,
  });
}

async function deleteAnn(pools: UserPools, region = "eu-west-1") {
  const pool = await pools.at({ region, userPoolId: `${region}_pool` });
  return clock.settle(pool.deleteUser("ann", startBudget(clock, requestMilliseconds)));
}

const signers = () => aws.of("AdminDeleteUser").map(({ accessKeyId }) => accessKeyId);

describe("an assumed role", () => {
  test("is assumed with config's keys, session name and external id, in the role's region", async () => {
    await deleteAnn(poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, aws_assume_role_external_id: "ext-1" }));
    expect(aws.of("AssumeRole")[0]).toMatchObject({
      host: "sts.eu-west-1.amazonaws.com",
      accessKeyId: "AKIAOWN",
      input: { RoleArn: roleArn, RoleSessionName: "vault-cognito", ExternalId: "ext-1" },
    });
    expect(signers()).toEqual(["ASIA1"]);
  });

  test("is assumed once for all requests while its credentials live, and again when they end", async () => {
    const pools = poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn });
    await Promise.all(Array.from({ length: 20 }, () => deleteAnn(pools)));
    clock.advance({ minutes: 50 });
    await deleteAnn(pools);
    expect(aws.of("AssumeRole")).toHaveLength(1);
    clock.advance({ minutes: 10 });
    await deleteAnn(pools);
    expect(aws.of("AssumeRole")).toHaveLength(2);
    expect(signers().at(-1)).toBe("ASIA2");
  });

  test("is asked for in sts_region, else config's region, else the region of the role that is read", async () => {
    const asked = () => aws.of("AssumeRole").at(-1)?.host;
    await deleteAnn(
      poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, sts_region: "us-gov-west-1", region: "eu-north-1" }),
    );
    expect(asked()).toBe("sts.us-gov-west-1.amazonaws.com");
    await deleteAnn(poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, region: "eu-north-1" }));
    expect(asked()).toBe("sts.eu-north-1.amazonaws.com");
    await deleteAnn(poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn }), "cn-north-1");
    expect(asked()).toBe("sts.cn-north-1.amazonaws.com.cn");
  });

  test("serves two regions' pools with one session when both ask the same STS", async () => {
    const pools = poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, sts_region: "eu-west-1" });
    await deleteAnn(pools, "eu-west-1");
    await deleteAnn(pools, "eu-central-1");
    expect(aws.of("AssumeRole")).toHaveLength(1);
  });

  test("and its service is asked at the endpoints of config", async () => {
    const endpoints = {
      sts_endpoint: "https://sts.internal.example",
      cognito_endpoint: "https://cognito.internal.example",
    };
    await deleteAnn(poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, ...endpoints }));
    expect(aws.requests.map(({ host }) => host)).toEqual(["sts.internal.example", "cognito.internal.example"]);
  });

  test("that may not be assumed names the permission and the trust policy", async () => {
    aws.on("AssumeRole", stsRefusal("AccessDenied"));
    const error = await failureOf(deleteAnn(poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn })));
    expect([error.name, error.message]).toEqual([
      "UserError",
      "assume role failed: AccessDenied; allow sts:AssumeRole on the role to the engine's AWS credentials, and let the role's trust policy accept them (and aws_assume_role_external_id, if it asks for one)",
    ]);
    expect(aws.calls()).toEqual(["AssumeRole"]);
  });

  test("whose failure passed is assumed at the next try", async () => {
    aws.on("AssumeRole", cut, stsRefusal("Throttling", 400), assumed("ASIA9", new Date(clock.now() + 3_600_000)));
    expect(await deleteAnn(poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn }))).toBe("deleted");
    expect(signers()).toEqual(["ASIA9"]);
  });

  test("at an STS that does not answer is given up after request_timeout, and STS named", async () => {
    aws.on("AssumeRole", hang);
    const pools = poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, max_retries: 0 });
    const deleting = failureOf(
      (await pools.at({ region: "eu-west-1", userPoolId: "p" })).deleteUser(
        "ann",
        startBudget(clock, requestMilliseconds),
      ),
    );
    while (aws.of("AssumeRole").length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    clock.advance({ seconds: 30 });
    expect((await deleting).message).toBe("assume role failed: no usable answer from STS (Timeout); try again later");
  });

  test("and what fails on the way holds no key, secret or word of AWS", async () => {
    for (const answer of [stsRefusal("AccessDenied"), stsRefusal("Own Words", 400), stsRefusal("ExpiredToken"), cut]) {
      aws.on("AssumeRole", answer);
      const pools = poolsWith({
        ...ownKeys,
        aws_session_token: "own-session",
        aws_assume_role_arn: roleArn,
        max_retries: 1,
      });
      const text = everythingIn(await failureOf(deleteAnn(pools))) + logger.text();
      for (const secret of ["own-secret", "own-session", "AKIAOWN", "is not authorized", "user/vault"])
        expect(text).not.toContain(secret);
    }
  });
});

describe("keys of a session that is over", () => {
  test("are replaced by a new session of the assumed role, once", async () => {
    aws.on("AdminDeleteUser", refusal("ExpiredTokenException"), ok());
    expect(await deleteAnn(poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn }))).toBe("deleted");
    expect(signers()).toEqual(["ASIA1", "ASIA2"]);
  });

  test("that cannot be replaced are named", async () => {
    aws.on("AdminDeleteUser", refusal("ExpiredTokenException"));
    const error = await failureOf(deleteAnn(poolsWith({ ...ownKeys, aws_session_token: "own-session" })));
    expect(error.message).toBe(
      "AdminDeleteUser failed: ExpiredTokenException; the AWS session is over: write new keys with their aws_session_token to config, or renew the server's own",
    );
    expect(signers()).toEqual(["AKIAOWN", "AKIAOWN"]);
  });
});

describe("without keys in config", () => {
  const names = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
  ];
  const saved = new Map<string, string | undefined>();

  beforeEach(() => {
    for (const name of names) saved.set(name, Bun.env[name]);
    for (const name of names) delete Bun.env[name];
    Object.assign(Bun.env, {
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    });
  });
  afterEach(() => {
    for (const [name, value] of saved) {
      if (value === undefined) delete Bun.env[name];
      else Bun.env[name] = value;
    }
  });

  test("the server's environment is used, and the role assumed on top of it", async () => {
    Object.assign(Bun.env, { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "env-secret" });
    await deleteAnn(poolsWith({}));
    expect(signers()).toEqual(["AKIAENV"]);
    await deleteAnn(poolsWith({ aws_assume_role_arn: roleArn }));
    expect(aws.of("AssumeRole")[0]?.accessKeyId).toBe("AKIAENV");
  });

  test("a web identity is exchanged at the STS of config, by the same fetch", async () => {
    const folder = await mkdtemp(join(tmpdir(), "web-identity-"));
    try {
      const file = join(folder, "token");
      await writeFile(file, "web-identity-token");
      Object.assign(Bun.env, { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: roleArn });
      aws.on("AssumeRoleWithWebIdentity", assumed("ASIAWEB", new Date(clock.now() + 3_600_000)));
      await deleteAnn(poolsWith({ sts_region: "eu-south-1" }));
      await deleteAnn(poolsWith({ sts_endpoint: "https://sts.internal.example" }));
      const exchanges = aws.of("AssumeRoleWithWebIdentity");
      expect(exchanges.map(({ host }) => host)).toEqual(["sts.eu-south-1.amazonaws.com", "sts.internal.example"]);
      expect(exchanges[0]?.input).toMatchObject({ RoleArn: roleArn, WebIdentityToken: "web-identity-token" });
      expect(signers()).toEqual(["ASIAWEB", "ASIAWEB"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("and none on the server, the error says where to set some", async () => {
    const error = await failureOf(deleteAnn(poolsWith({})));
    expect([error.name, error.message]).toEqual([
      "InternalError",
      "no AWS credentials: none could be found or taken (CredentialsProviderError); set aws_access_key_id and aws_secret_access_key in config, or give the server credentials of its own",
    ]);
    expect(aws.calls()).toEqual([]);
  });

  test("keys that were exchanged on the server are found again when AWS refuses the old ones", async () => {
    Object.assign(Bun.env, { AWS_ACCESS_KEY_ID: "AKIAOLD", AWS_SECRET_ACCESS_KEY: "env-secret" });
    const pools = poolsWith({});
    await deleteAnn(pools);
    Bun.env["AWS_ACCESS_KEY_ID"] = "AKIANEW";
    aws.on("AdminDeleteUser", refusal("UnrecognizedClientException"), ok());
    await deleteAnn(pools);
    expect(signers()).toEqual(["AKIAOLD", "AKIAOLD", "AKIANEW"]);
  });
});
