import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { type CognitoEmulator, startCognitoEmulator } from "./index.ts";
import { awsClient, refusal, STRONG_PASSWORD, secretHash } from "./testing/aws-client.ts";
import { adminPool, clientId, createUser, setNewPassword, signIn, TEMPORARY } from "./testing/user-steps.ts";

let emulator: CognitoEmulator;
let aws: CognitoIdentityProviderClient;
let now: number;

beforeEach(async () => {
  now = Date.parse("2026-11-22T12:00:00Z");
  emulator = await startCognitoEmulator({ clock: { now: () => now } });
  aws = awsClient(emulator);
});

afterEach(async () => {
  aws.destroy();
  await emulator.close();
});

describe("what a pool may demand", () => {
  test("no former password: the temporary one is refused as the final one", async () => {
    const pool = emulator.createPool({
      passwordHistory: 3,
      clients: [{ authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] }],
    });
    await createUser(aws, pool);
    const { Session } = await signIn(aws, pool, TEMPORARY);
    expect(await refusal(setNewPassword(aws, pool, Session, TEMPORARY))).toMatchObject({
      name: "PasswordHistoryPolicyViolationException",
      status: 400,
    });
    await setNewPassword(aws, pool, Session, STRONG_PASSWORD);
    const set = (Password: string) =>
      aws.send(new AdminSetUserPasswordCommand({ UserPoolId: pool.id, Username: "ann", Password, Permanent: true }));
    expect(await refusal(set(TEMPORARY))).toMatchObject({ name: "PasswordHistoryPolicyViolationException" });
    await set("Another-Secret-3");
  });

  test("without a history the same password may stay, as for the Go plugin", async () => {
    const pool = adminPool(emulator);
    await createUser(aws, pool);
    const { Session } = await signIn(aws, pool, TEMPORARY);
    expect((await setNewPassword(aws, pool, Session, TEMPORARY)).AuthenticationResult).toBeDefined();
  });

  test("each class of character in a temporary password", async () => {
    const pool = emulator.createPool();
    const refused = (TemporaryPassword: string) =>
      refusal(aws.send(new AdminCreateUserCommand({ UserPoolId: pool.id, Username: "ann", TemporaryPassword })));
    expect((await refused("Ab1!")).message).toEndWith("Password not long enough");
    expect((await refused("abcdefg1!")).message).toEndWith("Password must have uppercase characters");
    expect((await refused("ABCDEFG1!")).message).toEndWith("Password must have lowercase characters");
    expect((await refused("Abcdefgh!")).message).toEndWith("Password must have numeric characters");
    expect((await refused("Abcdefgh1")).message).toEndWith("Password must have symbol characters");
    expect(pool.usernames()).toEqual([]);
  });

  test("required attributes, which the challenge names and the answer must bring", async () => {
    const pool = emulator.createPool({
      requiredAttributes: ["email", "name"],
      clients: [{ authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] }],
    });
    await createUser(aws, pool);
    const { Session, ChallengeParameters } = await signIn(aws, pool, TEMPORARY);
    expect(JSON.parse(ChallengeParameters?.["requiredAttributes"] ?? "")).toEqual(["userAttributes.name"]);
    expect((await refusal(setNewPassword(aws, pool, Session, STRONG_PASSWORD))).message).toBe(
      "Invalid attributes given, name is missing",
    );
    const twice = setNewPassword(aws, pool, Session, STRONG_PASSWORD, {
      "userAttributes.name": "Ann",
      "userAttributes.email": "a@b.example",
    });
    expect((await refusal(twice)).message).toBe("Cannot modify an already provided email");
    await setNewPassword(aws, pool, Session, STRONG_PASSWORD, { "userAttributes.name": "Ann" });
    expect(pool.user("ann")?.attributes["name"]).toBe("Ann");
  });

  test("a temporary password used in time", async () => {
    const pool = adminPool(emulator);
    await createUser(aws, pool);
    now += 7 * 86_400_000;
    expect(await refusal(signIn(aws, pool, TEMPORARY))).toMatchObject({ name: "NotAuthorizedException" });
    await aws.send(
      new AdminCreateUserCommand({
        UserPoolId: pool.id,
        Username: "ann",
        MessageAction: "RESEND",
        TemporaryPassword: "Fresh-Secret-9",
      }),
    );
    expect((await signIn(aws, pool, "Fresh-Secret-9")).ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
  });

  test.each([
    ["set up, when the user has no factor", ["SOFTWARE_TOKEN_MFA"], "MFA_SETUP"],
    ["a code by e-mail", ["EMAIL_OTP"], "EMAIL_OTP"],
  ] as const)("a second factor: %s", async (_what, mfa, challenge) => {
    const pool = emulator.createPool({ mfa, clients: [{ authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] }] });
    await createUser(aws, pool);
    const { Session } = await signIn(aws, pool, TEMPORARY);
    const answer = await setNewPassword(aws, pool, Session, STRONG_PASSWORD);
    expect(answer.ChallengeName).toBe(challenge);
    expect(answer.AuthenticationResult).toBeUndefined();
    expect((await signIn(aws, pool, STRONG_PASSWORD)).ChallengeName).toBe(challenge);
  });
});

describe("names", () => {
  test("in an e-mail pool Cognito makes the user name, and the address is an alias", async () => {
    const pool = emulator.createPool({
      usernameAttributes: ["email"],
      clients: [{ authFlows: ["ADMIN_NO_SRP_AUTH"] }],
    });
    expect(await refusal(createUser(aws, pool, "ann"))).toMatchObject({
      name: "InvalidParameterException",
      message: "Username should be an email.",
    });
    const made = await createUser(aws, pool, "ann@example.com");
    const sub = made.User?.Username ?? "";
    expect(sub).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.User?.Attributes).toContainEqual({ Name: "sub", Value: sub });
    expect(await refusal(createUser(aws, pool, "ann@example.com"))).toMatchObject({
      name: "UsernameExistsException",
      message: "An account with the given email already exists.",
    });
    await aws.send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: "ann@example.com" }));
    expect(pool.usernames()).toEqual([]);
    const again = await createUser(aws, pool, "ann@example.com");
    await aws.send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: again.User?.Username ?? "" }));
    expect(pool.usernames()).toEqual([]);
  });

  test("in a pool with e-mail aliases the user name may not look like an address", async () => {
    const pool = emulator.createPool({ aliasAttributes: ["email"] });
    expect((await refusal(createUser(aws, pool, "ann@example.com"))).message).toContain("cannot be of email format");
    await createUser(aws, pool, "ann");
    expect(pool.user("ann@example.com")?.username).toBe("ann");
    expect(await refusal(createUser(aws, pool, "ann2"))).toMatchObject({ name: "AliasExistsException" });
  });

  test("a pool that ignores case keeps names in lower case", async () => {
    const pool = emulator.createPool({ caseSensitive: false });
    expect((await createUser(aws, pool, "Ann")).User?.Username).toBe("ann");
    expect(pool.user("ANN")?.username).toBe("ann");
    expect(await refusal(createUser(aws, pool, "aNN"))).toMatchObject({
      name: "UsernameExistsException",
      message: "User account already exists",
    });
  });

  test("a sub is no user name in a pool of plain names", async () => {
    const pool = adminPool(emulator);
    const made = await createUser(aws, pool);
    const sub = made.User?.Attributes?.find(({ Name }) => Name === "sub")?.Value ?? "";
    expect(await refusal(aws.send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: sub })))).toMatchObject({
      name: "UserNotFoundException",
    });
  });
});

describe("app clients", () => {
  test("with a secret need its hash over the name that was sent", async () => {
    const pool = emulator.createPool({ clients: [{ secret: true, authFlows: ["ADMIN_NO_SRP_AUTH"] }] });
    await createUser(aws, pool);
    const { id = "", secret = "" } = pool.clients()[0] ?? {};
    const attempt = (SECRET_HASH?: string) =>
      aws.send(
        new AdminInitiateAuthCommand({
          UserPoolId: pool.id,
          ClientId: id,
          AuthFlow: "ADMIN_NO_SRP_AUTH",
          AuthParameters: { USERNAME: "ann", PASSWORD: TEMPORARY, ...(SECRET_HASH !== undefined && { SECRET_HASH }) },
        }),
      );
    expect(await refusal(attempt())).toMatchObject({
      name: "NotAuthorizedException",
      message: `Client ${id} is configured with secret but SECRET_HASH was not received`,
    });
    expect((await refusal(attempt(secretHash("wrong", "ann", id)))).message).toBe(
      `Unable to verify secret hash for client ${id}`,
    );
    const { Session } = await attempt(secretHash(secret, "ann", id));
    const withHash = { SECRET_HASH: secretHash(secret, "ann", id) };
    expect((await refusal(setNewPassword(aws, pool, Session, STRONG_PASSWORD))).message).toContain(
      "SECRET_HASH was not received",
    );
    expect((await setNewPassword(aws, pool, Session, STRONG_PASSWORD, withHash)).AuthenticationResult).toBeDefined();
  });

  test("without a secret take no hash", async () => {
    const pool = emulator.createPool({ clients: [{ authFlows: ["ADMIN_NO_SRP_AUTH"] }] });
    await createUser(aws, pool);
    const { Session } = await signIn(aws, pool, TEMPORARY);
    const answer = setNewPassword(aws, pool, Session, STRONG_PASSWORD, { SECRET_HASH: "needless" });
    expect((await refusal(answer)).message).toBe(`Unable to verify secret hash for client ${clientId(pool)}`);
  });

  test("let in the flows they were set up for", async () => {
    const closed = emulator.createPool({ clients: [{}] });
    await createUser(aws, closed);
    expect(await refusal(signIn(aws, closed, TEMPORARY))).toMatchObject({
      name: "InvalidParameterException",
      message: "Auth flow not enabled for this client",
    });
    const legacy = emulator.createPool({
      clients: [{ authFlows: ["ADMIN_NO_SRP_AUTH"] }, { authFlows: ["ADMIN_NO_SRP_AUTH"], exactAuthFlow: true }],
    });
    await createUser(aws, legacy);
    expect((await signIn(aws, legacy, TEMPORARY)).ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    const exact = new AdminInitiateAuthCommand({
      UserPoolId: legacy.id,
      ClientId: legacy.clients()[1]?.id,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "ann", PASSWORD: TEMPORARY },
    });
    expect(await refusal(aws.send(exact))).toMatchObject({ message: "Auth flow not enabled for this client" });
    expect(() => legacy.createClient({ authFlows: ["ADMIN_NO_SRP_AUTH", "ALLOW_USER_SRP_AUTH"] })).toThrow(
      "Do not mix",
    );
  });
});
