import { beforeEach, describe, expect, test } from "bun:test";
import { requestMilliseconds, startBudget } from "./request-budget.ts";
import { assumed, cut, hang, ok, refusal, stsRefusal } from "./testing/scripted-aws.ts";
import { roleArn, SignedCalls } from "./testing/signed-calls.ts";
import { everythingIn, failureOf } from "./testing/user-making.ts";

const ownKeys = { aws_access_key_id: "AKIAOWN", aws_secret_access_key: "own-secret" };

let calls: SignedCalls;

beforeEach(() => {
  calls = new SignedCalls();
});

describe("an assumed role", () => {
  test("is assumed with config's keys, session name and external id, in the role's region", async () => {
    await calls.deleteAnn(
      calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, aws_assume_role_external_id: "ext-1" }),
    );
    expect(calls.aws.of("AssumeRole")[0]).toMatchObject({
      host: "sts.eu-west-1.amazonaws.com",
      accessKeyId: "AKIAOWN",
      input: { RoleArn: roleArn, RoleSessionName: "vault-cognito", ExternalId: "ext-1" },
    });
    expect(calls.signers()).toEqual(["ASIA1"]);
  });

  test("is assumed once for all requests while its credentials live, and again when they end", async () => {
    const pools = calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn });
    await Promise.all(Array.from({ length: 20 }, () => calls.deleteAnn(pools)));
    calls.clock.advance({ minutes: 50 });
    await calls.deleteAnn(pools);
    expect(calls.aws.of("AssumeRole")).toHaveLength(1);
    calls.clock.advance({ minutes: 10 });
    await calls.deleteAnn(pools);
    expect(calls.aws.of("AssumeRole")).toHaveLength(2);
    expect(calls.signers().at(-1)).toBe("ASIA2");
  });

  test("is asked for in sts_region, else config's region, else the region of the role that is read", async () => {
    const asked = () => calls.aws.of("AssumeRole").at(-1)?.host;
    await calls.deleteAnn(
      calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, sts_region: "us-gov-west-1", region: "eu-north-1" }),
    );
    expect(asked()).toBe("sts.us-gov-west-1.amazonaws.com");
    await calls.deleteAnn(calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, region: "eu-north-1" }));
    expect(asked()).toBe("sts.eu-north-1.amazonaws.com");
    await calls.deleteAnn(calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn }), "cn-north-1");
    expect(asked()).toBe("sts.cn-north-1.amazonaws.com.cn");
  });

  test("serves two regions' pools with one session when both ask the same STS", async () => {
    const pools = calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, sts_region: "eu-west-1" });
    await calls.deleteAnn(pools, "eu-west-1");
    await calls.deleteAnn(pools, "eu-central-1");
    expect(calls.aws.of("AssumeRole")).toHaveLength(1);
  });

  test("and its service is asked at the endpoints of config", async () => {
    const endpoints = {
      sts_endpoint: "https://sts.internal.example",
      cognito_endpoint: "https://cognito.internal.example",
    };
    await calls.deleteAnn(calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, ...endpoints }));
    expect(calls.aws.requests.map(({ host }) => host)).toEqual(["sts.internal.example", "cognito.internal.example"]);
  });

  test("that may not be assumed names the permission and the trust policy", async () => {
    calls.aws.on("AssumeRole", stsRefusal("AccessDenied"));
    const error = await failureOf(calls.deleteAnn(calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn })));
    expect([error.name, error.message]).toEqual([
      "UserError",
      "assume role failed: AccessDenied; allow sts:AssumeRole on the role of aws_assume_role_arn to the engine's AWS credentials, and let the role's trust policy accept them (and aws_assume_role_external_id, if it asks for one)",
    ]);
    expect(calls.aws.calls()).toEqual(["AssumeRole"]);
  });

  test("whose failure passed is assumed at the next try", async () => {
    calls.aws.on("AssumeRole", cut, stsRefusal("Throttling", 400), assumed("ASIA9", calls.inAnHour()));
    expect(await calls.deleteAnn(calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn }))).toBe("deleted");
    expect(calls.signers()).toEqual(["ASIA9"]);
  });

  test("at an STS that does not answer is given up after request_timeout, and STS named", async () => {
    calls.aws.on("AssumeRole", hang);
    const pools = calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, max_retries: 0 });
    const deleting = failureOf(
      (await pools.at({ region: "eu-west-1", userPoolId: "p" })).deleteUser(
        "ann",
        startBudget(calls.clock, requestMilliseconds),
      ),
    );
    while (calls.aws.of("AssumeRole").length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    calls.clock.advance({ seconds: 30 });
    expect((await deleting).message).toBe("assume role failed: no usable answer from STS (Timeout); try again later");
  });

  test("by what pays no attention to its limit is given up as well, and asked for anew by the next request", async () => {
    calls.aws.on("AssumeRole", () => new Promise(() => {}), assumed("ASIA9", calls.inAnHour()));
    const pools = calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn, max_retries: 0 });
    const deleting = failureOf(calls.deleteAnn(pools));
    while (calls.aws.of("AssumeRole").length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    calls.clock.advance({ seconds: 30 });
    expect((await deleting).message).toContain("assume role failed: no usable answer from STS (Timeout)");
    expect(await calls.deleteAnn(pools)).toBe("deleted");
  });

  test("and what fails on the way holds no key, secret or word of AWS", async () => {
    for (const answer of [stsRefusal("AccessDenied"), stsRefusal("Own Words", 400), stsRefusal("ExpiredToken"), cut]) {
      calls.aws.on("AssumeRole", answer);
      const pools = calls.poolsWith({
        ...ownKeys,
        aws_session_token: "own-session",
        aws_assume_role_arn: roleArn,
        max_retries: 1,
      });
      const text = everythingIn(await failureOf(calls.deleteAnn(pools))) + calls.logger.text();
      for (const secret of ["own-secret", "own-session", "AKIAOWN", "is not authorized", "user/vault"])
        expect(text).not.toContain(secret);
    }
  });
});

describe("keys of a session that is over", () => {
  test("are replaced by a new session of the assumed role, once", async () => {
    calls.aws.on("AdminDeleteUser", refusal("ExpiredTokenException"), ok());
    expect(await calls.deleteAnn(calls.poolsWith({ ...ownKeys, aws_assume_role_arn: roleArn }))).toBe("deleted");
    expect(calls.signers()).toEqual(["ASIA1", "ASIA2"]);
  });

  test("that cannot be replaced are named", async () => {
    calls.aws.on("AdminDeleteUser", refusal("ExpiredTokenException"));
    const error = await failureOf(calls.deleteAnn(calls.poolsWith({ ...ownKeys, aws_session_token: "own-session" })));
    expect(error.message).toBe(
      "AdminDeleteUser failed: ExpiredTokenException; the AWS session is over: write new keys with their aws_session_token to config, or renew the server's own",
    );
    expect(calls.signers()).toEqual(["AKIAOWN", "AKIAOWN"]);
  });
});
