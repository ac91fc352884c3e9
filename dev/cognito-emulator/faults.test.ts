import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { type CognitoEmulator, type Fault, startCognitoEmulator, type UserPool } from "./index.ts";
import { awsClient, refusal, STRONG_PASSWORD } from "./testing/aws-client.ts";

let emulator: CognitoEmulator;
let aws: CognitoIdentityProviderClient;
let pool: UserPool;
let now: number;

beforeEach(async () => {
  now = Date.parse("2026-11-22T12:00:00Z");
  emulator = await startCognitoEmulator({ clock: { now: () => now } });
  aws = awsClient(emulator);
  pool = emulator.createPool({ clients: [{ authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] }] });
});

afterEach(async () => {
  aws.destroy();
  await emulator.close();
});

const createUser = (username = "ann", signal?: AbortSignal) =>
  aws.send(
    new AdminCreateUserCommand({
      UserPoolId: pool.id,
      Username: username,
      MessageAction: "SUPPRESS",
      TemporaryPassword: STRONG_PASSWORD,
    }),
    signal && { abortSignal: signal },
  );

const signIn = (username = "ann") =>
  aws.send(
    new AdminInitiateAuthCommand({
      UserPoolId: pool.id,
      ClientId: pool.clients()[0]?.id,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: username, PASSWORD: STRONG_PASSWORD },
    }),
  );

const onCreate = (fault: Fault) => emulator.faults.add({ match: { action: "AdminCreateUser" }, fault });

describe("errors in the service's own format", () => {
  test.each([
    ["InternalErrorException", 500],
    ["NotAuthorizedException", 400],
    ["UserLambdaValidationException", 400],
    ["LimitExceededException", 400],
    ["InvalidParameterException", 400],
    ["UnexpectedLambdaException", 400],
  ])("%s with status %i", async (type, status) => {
    onCreate({ kind: "error", type, status, message: "as told" });
    expect(await refusal(createUser())).toEqual({ name: type, message: "as told", status });
    expect(pool.usernames()).toEqual([]);
    await createUser();
    expect(emulator.calls.map(({ outcome }) => outcome)).toEqual(["fault: error", "ok"]);
  });

  test("an error although the call took effect", async () => {
    onCreate({ kind: "error", type: "InternalErrorException", status: 500, takesEffect: true });
    expect((await refusal(createUser())).name).toBe("InternalErrorException");
    expect(pool.usernames()).toEqual(["ann"]);
    expect((await refusal(createUser())).name).toBe("UsernameExistsException");
  });

  test("throttling, with either status, on each service", async () => {
    onCreate({ kind: "throttle" });
    expect(await refusal(createUser())).toMatchObject({ name: "TooManyRequestsException", status: 400 });
    onCreate({ kind: "throttle", status: 429 });
    expect(await refusal(createUser())).toMatchObject({ name: "TooManyRequestsException", status: 429 });
    emulator.faults.add({ match: { action: "Token" }, fault: { kind: "throttle" } });
    expect((await fetch(`${emulator.url}/oauth2/token`, { method: "POST" })).status).toBe(429);
    emulator.faults.add({
      match: { action: "Token" },
      fault: { kind: "error", type: "invalid_client", message: "described" },
    });
    const refused = await fetch(`${emulator.url}/oauth2/token`, { method: "POST" });
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { error: "invalid_client", error_description: "described" },
    ]);
  });
});

describe("answers that are none", () => {
  test.each([
    ["a 503 in HTML", { kind: "html", status: 503 }, 503, "text/html", false],
    ["a 200 in HTML", { kind: "html", status: 200, takesEffect: true }, 200, "text/html", true],
    ["another content type", { kind: "content type", value: "text/plain" }, 200, "text/plain", true],
  ] as const)("%s", async (_what, fault, status, contentType, tookEffect) => {
    onCreate(fault);
    const seen: { status?: number; contentType?: string | null } = {};
    const watching = awsClient(emulator);
    watching.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const response = result.response as {
          readonly statusCode: number;
          readonly headers: Readonly<Record<string, string>>;
        };
        Object.assign(seen, { status: response.statusCode, contentType: response.headers["content-type"] });
        return result;
      },
      { step: "deserialize", priority: "low" },
    );
    await watching
      .send(new AdminCreateUserCommand({ UserPoolId: pool.id, Username: "ann", TemporaryPassword: STRONG_PASSWORD }))
      .catch(() => undefined);
    watching.destroy();
    expect(seen).toEqual({ status, contentType });
    expect(pool.usernames()).toEqual(tookEffect ? ["ann"] : []);
  });

  test("JSON that ends in the middle", async () => {
    onCreate({ kind: "truncated" });
    expect((await refusal(createUser())).name).toBe("SyntaxError");
    expect(pool.usernames()).toEqual(["ann"]);
  });

  test("an answer without fields it should have", async () => {
    await createUser();
    emulator.faults.add({ fault: { kind: "omit", fields: ["Session", "ChallengeParameters.USER_ID_FOR_SRP"] } });
    const answer = await signIn();
    expect(answer.Session).toBeUndefined();
    expect(Object.keys(answer.ChallengeParameters ?? {})).toEqual(["requiredAttributes", "userAttributes"]);
  });

  test("a redirect", async () => {
    emulator.faults.add({
      match: { action: "Token" },
      fault: { kind: "redirect", location: "https://elsewhere.invalid/" },
    });
    const answer = await fetch(`${emulator.url}/oauth2/token`, { method: "POST", redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "https://elsewhere.invalid/"]);
  });

  test("more than a megabyte, streamed, and the reader may go before the end", async () => {
    const rule = { match: { action: "Token" }, fault: { kind: "oversized", bytes: 3 * 1024 * 1024 } } as const;
    emulator.faults.add(rule);
    const whole = await fetch(`${emulator.url}/oauth2/token`, { method: "POST" });
    expect((await whole.arrayBuffer()).byteLength).toBe(3 * 1024 * 1024);
    expect(whole.headers.get("content-length")).toBeNull();
    emulator.faults.add({ ...rule, fault: { kind: "oversized", bytes: 1024 * 1024 * 1024 } });
    const cut = await fetch(`${emulator.url}/oauth2/token`, { method: "POST" });
    const reader = cut.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    await reader?.cancel();
  });
});

describe("a broken network", () => {
  test("a reset before the call took effect", async () => {
    onCreate({ kind: "reset", takesEffect: false });
    expect((await refusal(createUser())).status).toBeUndefined();
    expect(pool.usernames()).toEqual([]);
    expect(emulator.secretsSeen()).toContain(STRONG_PASSWORD);
    await createUser();
  });

  test("a reset after it took effect: a second attempt meets the user", async () => {
    onCreate({ kind: "reset", takesEffect: true });
    expect((await refusal(createUser())).status).toBeUndefined();
    expect(pool.usernames()).toEqual(["ann"]);
    expect((await refusal(createUser())).name).toBe("UsernameExistsException");
  });

  test("no answer: the client gives up, and the call takes effect later", async () => {
    const hang = onCreate({ kind: "hang" });
    const giveUp = new AbortController();
    const work = refusal(createUser("ann", giveUp.signal));
    await hang.met();
    expect(hang.waiting).toBe(1);
    expect(pool.usernames()).toEqual([]);
    giveUp.abort();
    expect((await work).name).toBe("AbortError");
    hang.remove();
    await Bun.sleep(0);
    expect(pool.usernames()).toEqual(["ann"]);
  });

  test("no answer although it took effect", async () => {
    const hang = onCreate({ kind: "hang", takesEffect: true });
    const work = createUser();
    await hang.met();
    await Bun.sleep(0);
    expect(pool.usernames()).toEqual(["ann"]);
    hang.remove();
    expect((await work).User?.Username).toBe("ann");
  });

  test("a gate for several calls, which shows that they were under way together", async () => {
    const gate = emulator.faults.add({
      match: { action: "AdminCreateUser", times: Number.POSITIVE_INFINITY } as const,
      fault: { kind: "hang" },
    });
    const work = Promise.all([createUser("ann"), createUser("bob")]);
    await gate.met(2);
    gate.remove();
    await work;
    const [first, second] = emulator.calls;
    expect(first?.ended ?? 0).toBeGreaterThan(second?.began ?? 0);
    expect(second?.ended ?? 0).toBeGreaterThan(first?.began ?? 0);
  });

  test("nobody listens once the emulator is closed, hanging calls or not", async () => {
    const hang = onCreate({ kind: "hang" });
    const work = refusal(createUser());
    await hang.met();
    await emulator.close();
    expect((await work).status).toBeUndefined();
    expect((await refusal(createUser("bob"))).status).toBeUndefined();
    expect(pool.usernames()).toEqual([]);
  });

  test("a delay on every call", async () => {
    emulator.faults.add({ match: { times: Number.POSITIVE_INFINITY }, fault: { kind: "delay", milliseconds: 30 } });
    const start = performance.now();
    await createUser();
    await createUser("bob");
    expect(performance.now() - start).toBeGreaterThanOrEqual(58);
  });
});

describe("sign-ins that go another way", () => {
  test("a challenge nobody expects", async () => {
    await createUser();
    emulator.faults.add({
      match: { action: "AdminInitiateAuth" },
      fault: { kind: "challenge", name: "CUSTOM_CHALLENGE", parameters: { hint: "blue" } },
    });
    expect(await signIn()).toMatchObject({ ChallengeName: "CUSTOM_CHALLENGE", ChallengeParameters: { hint: "blue" } });
    expect((await signIn()).ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
  });

  test("tokens at once", async () => {
    await createUser();
    emulator.faults.add({ match: { action: "AdminInitiateAuth" }, fault: { kind: "tokens at once" } });
    expect((await signIn()).AuthenticationResult?.AccessToken).toBeDefined();
  });

  test("a trigger that refuses, until it no longer does", async () => {
    pool.refuseBy("PreSignUp", "not today");
    expect(await refusal(createUser())).toMatchObject({
      name: "UserLambdaValidationException",
      message: "PreSignUp failed with error not today.",
    });
    pool.refuseBy("PreSignUp", undefined);
    await createUser();
  });
});

describe("which calls a fault meets", () => {
  test("the second one on, twice", async () => {
    const fault = emulator.faults.add({
      match: { action: "AdminCreateUser", nth: 2, times: 2 },
      fault: { kind: "throttle" },
    });
    await createUser("a");
    await refusal(createUser("b"));
    await refusal(createUser("c"));
    await createUser("d");
    expect(pool.usernames()).toEqual(["a", "d"]);
    expect(fault.struck).toBe(2);
  });

  test("those for one user, pool and region", async () => {
    emulator.faults.add({
      match: { username: "bob", poolId: pool.id, region: "eu-west-1" },
      fault: { kind: "throttle" },
    });
    await createUser("ann");
    expect((await refusal(createUser("bob"))).name).toBe("TooManyRequestsException");
    emulator.faults.add({ match: { username: "ann", action: "AdminInitiateAuth" }, fault: { kind: "throttle" } });
    expect((await refusal(signIn("ann"))).name).toBe("TooManyRequestsException");
  });
});
