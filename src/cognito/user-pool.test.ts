import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import {
  type CognitoEmulator,
  type UserPool as EmulatedPool,
  type Fault,
  startCognitoEmulator,
} from "../../dev/cognito-emulator/index.ts";
import { InternalError, RateLimitedError, UserError } from "../framework/index.ts";
import { ManualClock } from "../framework/testing/manual-clock.ts";
import { RecordingLogger } from "../framework/testing/recording-logger.ts";
import { type Config, emptyConfig } from "./config.ts";
import { createUser } from "./generated-user.ts";
import { generatePassword } from "./password.ts";
import { requestMilliseconds, startBudget } from "./request-budget.ts";
import { RequestLimits } from "./request-limits.ts";
import { failureOf } from "./testing/user-making.ts";
import { userAttributes } from "./user-attributes.ts";
import type { UserPool } from "./user-pool.ts";
import { UserPools } from "./user-pools.ts";
import { defaultUsername } from "./username.ts";

let aws: CognitoEmulator;
let emulated: EmulatedPool;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock();
  aws = await startCognitoEmulator({ clock });
  emulated = aws.createPool({ groups: ["readers", "writers"], passwordHistory: 3 });
});
afterEach(() => aws.close());

function poolsWith(over: Partial<Config> = {}): UserPools {
  const { accessKeyId, secretAccessKey } = aws.credential;
  const config = {
    ...emptyConfig,
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
    cognito_endpoint: aws.url,
    sts_endpoint: aws.url,
    ...over,
  };
  const surroundings = { fetch, random: randomBytes, ambientRegion: async () => undefined };
  const requestLimits = new RequestLimits(clock);
  return new UserPools({ config, clock, logger: new RecordingLogger(), requestLimits, owner: aws, ...surroundings });
}

const poolWith = (over: Partial<Config> = {}, userPoolId = emulated.id): Promise<UserPool> =>
  poolsWith(over).at({ region: "eu-west-1", userPoolId });

/** A user made in the emulator from beginning to end, as a role would have it. */
async function generate(
  pool: UserPool,
  client: { readonly id: string; readonly secret: string | undefined },
  groups = ["readers"],
) {
  const making = createUser({
    pool,
    recipe: {
      username: () => defaultUsername(randomBytes, "example.com"),
      password: () => generatePassword(randomBytes),
      attributes: (username) => userAttributes(username, "example.com", {}),
      groups,
      appClient: { id: client.id, secret: client.secret ?? "", authFlow: "ADMIN_USER_PASSWORD_AUTH" },
    },
    begin: async () => ({ forget: async () => {}, abandon: () => {} }),
    isWanted: async () => true,
    clock,
    logger: new RecordingLogger(),
    signal: new AbortController().signal,
  });
  return clock.settle(making);
}

const adminFlow = { authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] };

describe("a user of a Cognito pool", () => {
  test("is confirmed, in its groups, and its tokens say so", async () => {
    const user = await generate(await poolWith(), emulated.createClient(adminFlow), ["readers", "writers"]);
    expect(emulated.user(user.username)?.status).toBe("CONFIRMED");
    expect(emulated.hasPassword(user.username, user.password)).toBe(true);
    const claims = JSON.parse(Buffer.from(user.tokens?.accessToken.split(".")[1] ?? "", "base64url").toString());
    expect(claims["cognito:groups"].toSorted()).toEqual(["readers", "writers"]);
  });

  test("signs in through an app client with a secret", async () => {
    const user = await generate(await poolWith(), emulated.createClient({ ...adminFlow, secret: true }));
    expect(user.tokens?.tokenType).toBe("Bearer");
  });

  test("has the name that Cognito gave it where people sign in by e-mail, with a secret too", async () => {
    emulated = aws.createPool({ usernameAttributes: ["email"], groups: ["readers"] });
    const user = await generate(await poolWith(), emulated.createClient({ ...adminFlow, secret: true }));
    expect(emulated.usernames()).toEqual([user.username]);
    expect(user.username).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("has that name even when the answer of AdminCreateUser was lost", async () => {
    emulated = aws.createPool({ usernameAttributes: ["email"], groups: ["readers"] });
    aws.faults.add({ match: { action: "AdminCreateUser" }, fault: { kind: "reset", takesEffect: true } });
    const user = await generate(await poolWith(), emulated.createClient({ ...adminFlow, secret: true }));
    expect(emulated.usernames()).toEqual([user.username]);
  });

  test("keeps its new password when the answer of AdminRespondToAuthChallenge was lost", async () => {
    aws.faults.add({ match: { action: "AdminRespondToAuthChallenge" }, fault: { kind: "reset", takesEffect: true } });
    const user = await generate(await poolWith(), emulated.createClient(adminFlow));
    expect(emulated.hasPassword(user.username, user.password)).toBe(true);
    expect(user.tokens?.accessToken).toBeString();
  });

  test("is deleted when the client lacks the role's flow, which the error explains", async () => {
    const error = await failureOf(generate(await poolWith(), emulated.createClient()));
    expect(error.message).toBe(
      "AdminInitiateAuth failed: InvalidParameterException; enable ALLOW_ADMIN_USER_PASSWORD_AUTH on the app client, or set auth_flow of the role to the flow that the client has",
    );
    expect(emulated.usernames()).toEqual([]);
  });

  test("is deleted when the client is not there, which the error names", async () => {
    const error = await failureOf(generate(await poolWith(), { id: "nosuchclient", secret: undefined }));
    expect(error.message).toBe(
      "AdminInitiateAuth failed: ResourceNotFoundException; there is no such app client in the user pool: check app_client_id of the role",
    );
    expect(emulated.usernames()).toEqual([]);
  });

  test("is deleted when it must set up a second factor", async () => {
    emulated = aws.createPool({ groups: ["readers"], mfa: ["SOFTWARE_TOKEN_MFA"] });
    const error = await failureOf(generate(await poolWith(), emulated.createClient(adminFlow)));
    expect(error.message).toBe(
      "pool requires MFA_SETUP; make MFA optional in the user pool, or set issue_tokens=false on the role",
    );
    expect(emulated.usernames()).toEqual([]);
  });

  test("is not made when its password does not suit the pool", async () => {
    emulated = aws.createPool({ passwordPolicy: { minimumLength: 64 } });
    const error = await failureOf(generate(await poolWith(), emulated.createClient(adminFlow)));
    expect(error.message).toBe("generated password rejected by the pool policy; set password_policy");
  });
});

describe("deleting a user", () => {
  const budget = () => startBudget(clock, requestMilliseconds);
  const made = async (pool: UserPool) => {
    await pool.createUser({ username: "ann", temporaryPassword: "Temp-0rary-Word", attributes: {} }, budget());
  };

  test("says whether there was one", async () => {
    const pool = await poolWith();
    await made(pool);
    expect(await pool.deleteUser("ann", budget())).toBe("deleted");
    expect(await pool.deleteUser("ann", budget())).toBe("absent");
  });

  test("is an error when the pool is not there: another account would look the same", async () => {
    const pool = await poolWith({}, "eu-west-1_nowhere");
    expect((await failureOf(pool.deleteUser("ann", budget()))).message).toBe(
      "AdminDeleteUser failed: ResourceNotFoundException; there is no such user pool in this account: check user_pool_id and region of the role",
    );
  });

  test("without permission names the action to allow", async () => {
    const { accessKeyId, secretAccessKey } = aws.createAccessKey({ allow: ["cognito-idp:AdminCreateUser"] });
    const pool = await poolWith({ aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey });
    const error = await failureOf(pool.deleteUser("ann", budget()));
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe(
      "AdminDeleteUser failed: AccessDeniedException; allow cognito-idp:AdminDeleteUser to the engine's AWS credentials",
    );
  });

  test("with a key that AWS does not know says which settings to check", async () => {
    const pool = await poolWith({ aws_access_key_id: "AKIANOSUCHKEY0000000" });
    expect((await failureOf(clock.settle(pool.deleteUser("ann", budget())))).message).toBe(
      "AdminDeleteUser failed: UnrecognizedClientException; check aws_access_key_id and aws_secret_access_key in config, or the server's own AWS credentials",
    );
  });

  const passing: readonly Fault[] = [
    { kind: "reset", takesEffect: false },
    { kind: "html", status: 500 },
    { kind: "html", status: 503 },
    { kind: "error", type: "InternalErrorException", status: 500 },
    { kind: "throttle" },
    { kind: "throttle", status: 429 },
    { kind: "error", type: "LimitExceededException" },
  ];
  for (const fault of passing) {
    test(`gets over ${JSON.stringify(fault)}`, async () => {
      const pool = await poolWith();
      await made(pool);
      aws.faults.add({ match: { action: "AdminDeleteUser", times: 3 }, fault });
      expect(await clock.settle(pool.deleteUser("ann", budget()))).toBe("deleted");
      expect(emulated.usernames()).toEqual([]);
    });
  }

  test("goes on after request_timeout when an answer hangs", async () => {
    const pool = await poolWith({ request_timeout: 5 });
    await made(pool);
    const fault = aws.faults.add({ match: { action: "AdminDeleteUser" }, fault: { kind: "hang" } });
    const deleting = pool.deleteUser("ann", budget());
    await fault.met();
    clock.advance({ seconds: 5 });
    expect(await clock.settle(deleting)).toBe("deleted");
  });

  const staying: readonly (readonly [Fault, string, string])[] = [
    [
      { kind: "reset", takesEffect: false },
      "InternalError",
      "no usable answer from Cognito (ECONNRESET); try again later",
    ],
    [{ kind: "html", status: 502 }, "InternalError", "no usable answer from Cognito (HTTP502); try again later"],
    [
      { kind: "throttle" },
      "RateLimitedError",
      "Cognito throttles this account (TooManyRequestsException); try again later, or ask AWS for a higher quota",
    ],
  ];
  for (const [fault, name, text] of staying) {
    test(`stops at max_retries and says that there was ${JSON.stringify(fault)}`, async () => {
      const pool = await poolWith({ max_retries: 2 });
      const handle = aws.faults.add({ match: { action: "AdminDeleteUser", times: Number.POSITIVE_INFINITY }, fault });
      const error = await failureOf(clock.settle(pool.deleteUser("ann", budget())));
      expect([error.name, error.message]).toEqual([name, `AdminDeleteUser failed: ${text}`]);
      expect(handle.struck).toBe(3);
    });
  }

  test("gives up within its budget when throttling does not end, waiting longer each time", async () => {
    const pool = await poolWith();
    const began = clock.now();
    const handle = aws.faults.add({ match: { times: Number.POSITIVE_INFINITY }, fault: { kind: "throttle" } });
    expect(await failureOf(clock.settle(pool.deleteUser("ann", budget())))).toBeInstanceOf(RateLimitedError);
    expect(clock.now() - began).toBeLessThanOrEqual(requestMilliseconds);
    expect(handle.struck).toBeGreaterThan(10);
    expect(handle.struck).toBeLessThan(25);
  });

  test("does not follow a redirect with signed requests", async () => {
    const other = await startCognitoEmulator();
    try {
      aws.faults.add({
        match: { action: "AdminDeleteUser" },
        fault: { kind: "redirect", location: `${other.url}/`, status: 307 },
      });
      const error = await failureOf((await poolWith()).deleteUser("ann", budget()));
      expect(error.message).toBe(
        "AdminDeleteUser failed: Cognito could not be used (HTTP307); check region and cognito_endpoint",
      );
      expect(other.calls).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test("says so within seconds when nobody listens, however many retries are allowed", async () => {
    const pool = await poolWith({ cognito_endpoint: "http://127.0.0.1:1" });
    const began = clock.now();
    const error = await failureOf(clock.settle(pool.deleteUser("ann", budget())));
    expect(error).toBeInstanceOf(InternalError);
    expect(error.message).toBe(
      "AdminDeleteUser failed: no connection to Cognito (ECONNREFUSED); check region, cognito_endpoint and the server's proxy settings",
    );
    expect(clock.now() - began).toBeLessThan(10_000);
  });
});

test("a pool's region is the role's, else config's, else the server's; without one the error says where to set it", async () => {
  const pools = poolsWith({ region: "eu-central-1" });
  expect((await pools.at({ region: "us-east-2", userPoolId: "p" })).region).toBe("us-east-2");
  expect((await pools.at({ region: "", userPoolId: "p" })).region).toBe("eu-central-1");
  expect((await failureOf(poolsWith().at({ region: "", userPoolId: "p" }))).message).toBe(
    "no AWS region: set region on the role or in config",
  );
});
