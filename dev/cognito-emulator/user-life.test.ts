import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminRemoveUserFromGroupCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
  GetUserCommand,
  InitiateAuthCommand,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { type CognitoEmulator, startCognitoEmulator, type UserPool } from "./index.ts";
import { awsClient, refusal, STRONG_PASSWORD, secretHash } from "./test-client.ts";

const TEMPORARY = "Temporary-Secret-1";

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

const adminPool = (): UserPool =>
  emulator.createPool({
    groups: ["readers", "writers"],
    clients: [{ authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }],
  });
const clientId = (pool: UserPool): string => pool.clients()[0]?.id ?? "";

const create = (pool: UserPool, username = "ann") =>
  aws.send(
    new AdminCreateUserCommand({
      UserPoolId: pool.id,
      Username: username,
      MessageAction: "SUPPRESS",
      TemporaryPassword: TEMPORARY,
      UserAttributes: [
        { Name: "email", Value: "ann@example.com" },
        { Name: "email_verified", Value: "true" },
      ],
    }),
  );

const signIn = (pool: UserPool, password: string, username = "ann") =>
  aws.send(
    new AdminInitiateAuthCommand({
      UserPoolId: pool.id,
      ClientId: clientId(pool),
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: username, PASSWORD: password },
    }),
  );

const respond = (pool: UserPool, session: string | undefined, password: string, more: Record<string, string> = {}) =>
  aws.send(
    new AdminRespondToAuthChallengeCommand({
      UserPoolId: pool.id,
      ClientId: clientId(pool),
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: session,
      ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD: password, ...more },
    }),
  );

const refresh = (pool: UserPool, token: string | undefined) =>
  aws.send(
    new InitiateAuthCommand({
      ClientId: clientId(pool),
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: token ?? "" },
    }),
  );

describe("a user made by an administrator", () => {
  test("gets a temporary password, changes it and receives tokens that verify", async () => {
    const pool = adminPool();
    const made = await create(pool);
    expect(made.User).toMatchObject({ Username: "ann", Enabled: true, UserStatus: "FORCE_CHANGE_PASSWORD" });
    expect(made.User?.UserCreateDate?.getTime()).toBe(now);
    await aws.send(new AdminAddUserToGroupCommand({ UserPoolId: pool.id, Username: "ann", GroupName: "readers" }));
    const challenge = await signIn(pool, TEMPORARY);
    expect(challenge.ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    expect(challenge.AuthenticationResult).toBeUndefined();
    expect(JSON.parse(challenge.ChallengeParameters?.["requiredAttributes"] ?? "")).toEqual([]);

    const { AuthenticationResult: tokens } = await respond(pool, challenge.Session, STRONG_PASSWORD);
    expect(tokens).toMatchObject({ ExpiresIn: 3600, TokenType: "Bearer" });
    expect(tokens?.RefreshToken?.split(".")).toHaveLength(5);
    const keys = createRemoteJWKSet(new URL(`${emulator.url}/${pool.id}/.well-known/jwks.json`));
    const options = { issuer: `https://cognito-idp.eu-west-1.amazonaws.com/${pool.id}`, currentDate: new Date(now) };
    const access = await jwtVerify(tokens?.AccessToken ?? "", keys, options);
    expect(access.protectedHeader.alg).toBe("RS256");
    expect(access.payload).toMatchObject({
      sub: pool.user("ann")?.sub,
      username: "ann",
      client_id: clientId(pool),
      token_use: "access",
      scope: "aws.cognito.signin.user.admin",
      "cognito:groups": ["readers"],
      iat: now / 1000,
      auth_time: now / 1000,
      exp: now / 1000 + 3600,
    });
    const id = await jwtVerify(tokens?.IdToken ?? "", keys, { ...options, audience: clientId(pool) });
    expect(id.payload).toMatchObject({
      "cognito:username": "ann",
      "cognito:groups": ["readers"],
      token_use: "id",
      email: "ann@example.com",
      email_verified: true,
    });
    expect(pool.users()).toMatchObject([{ username: "ann", status: "CONFIRMED", groups: ["readers"] }]);
    expect(pool.hasPassword("ann", STRONG_PASSWORD)).toBe(true);
  });

  test("signs in at once when the password is final already", async () => {
    const pool = adminPool();
    await create(pool);
    await aws.send(
      new AdminSetUserPasswordCommand({
        UserPoolId: pool.id,
        Username: "ann",
        Password: STRONG_PASSWORD,
        Permanent: true,
      }),
    );
    const answer = await signIn(pool, STRONG_PASSWORD);
    expect(answer.ChallengeName).toBeUndefined();
    expect(decodeJwt(answer.AuthenticationResult?.AccessToken ?? "")).not.toHaveProperty("cognito:groups");
  });

  test("loses every way in when it is deleted", async () => {
    const pool = adminPool();
    await create(pool);
    const { Session } = await signIn(pool, TEMPORARY);
    const { AuthenticationResult: tokens } = await respond(pool, Session, STRONG_PASSWORD);
    expect((await refresh(pool, tokens?.RefreshToken)).AuthenticationResult?.RefreshToken).toBeUndefined();
    expect((await aws.send(new GetUserCommand({ AccessToken: tokens?.AccessToken }))).Username).toBe("ann");

    await aws.send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: "ann" }));

    expect(pool.usernames()).toEqual([]);
    expect(await refusal(refresh(pool, tokens?.RefreshToken))).toMatchObject({ name: "NotAuthorizedException" });
    expect(await refusal(aws.send(new GetUserCommand({ AccessToken: tokens?.AccessToken })))).toMatchObject({
      name: "UserNotFoundException",
    });
    expect(await refusal(signIn(pool, STRONG_PASSWORD))).toMatchObject({ name: "UserNotFoundException", status: 400 });
    expect(await refusal(aws.send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: "ann" })))).toEqual({
      name: "UserNotFoundException",
      message: "User does not exist.",
      status: 400,
    });
  });

  test("is signed out everywhere, and tokens run out", async () => {
    const pool = adminPool();
    await create(pool);
    const { Session } = await signIn(pool, TEMPORARY);
    const { AuthenticationResult: tokens } = await respond(pool, Session, STRONG_PASSWORD);
    now += 1000;
    await aws.send(new AdminUserGlobalSignOutCommand({ UserPoolId: pool.id, Username: "ann" }));
    expect(await refusal(refresh(pool, tokens?.RefreshToken))).toMatchObject({
      message: "Refresh Token has been revoked",
    });
    expect(await refusal(aws.send(new GetUserCommand({ AccessToken: tokens?.AccessToken })))).toMatchObject({
      message: "Access Token has been revoked",
    });
    now += 1000;
    const later = (await signIn(pool, STRONG_PASSWORD)).AuthenticationResult;
    now += 3600 * 1000;
    expect(await refusal(aws.send(new GetUserCommand({ AccessToken: later?.AccessToken })))).toMatchObject({
      message: "Access Token has expired",
    });
  });

  test("is found by AdminGetUser and ListUsers, and leaves a group", async () => {
    const pool = adminPool();
    for (const name of ["ann", "bob", "cem"]) {
      await aws.send(
        new AdminCreateUserCommand({
          UserPoolId: pool.id,
          Username: name,
          MessageAction: "SUPPRESS",
          TemporaryPassword: TEMPORARY,
        }),
      );
    }
    const group = { UserPoolId: pool.id, Username: "bob", GroupName: "writers" };
    await aws.send(new AdminAddUserToGroupCommand(group));
    expect(pool.user("bob")?.groups).toEqual(["writers"]);
    await aws.send(new AdminRemoveUserFromGroupCommand(group));
    expect(pool.user("bob")?.groups).toEqual([]);
    const got = await aws.send(new AdminGetUserCommand({ UserPoolId: pool.id, Username: "bob" }));
    expect(got.UserAttributes?.map(({ Name }) => Name)).toEqual(["sub"]);
    const first = await aws.send(new ListUsersCommand({ UserPoolId: pool.id, Limit: 2 }));
    expect(first.Users?.map(({ Username }) => Username)).toEqual(["ann", "bob"]);
    const rest = await aws.send(
      new ListUsersCommand({ UserPoolId: pool.id, Limit: 2, PaginationToken: first.PaginationToken }),
    );
    expect(rest.Users?.map(({ Username }) => Username)).toEqual(["cem"]);
    expect(rest.PaginationToken).toBeUndefined();
    const filtered = await aws.send(new ListUsersCommand({ UserPoolId: pool.id, Filter: 'username ^= "b"' }));
    expect(filtered.Users?.map(({ Username }) => Username)).toEqual(["bob"]);
  });
});

describe("the challenge session", () => {
  test("works once, for its user, within three minutes", async () => {
    const pool = adminPool();
    await create(pool);
    const { Session } = await signIn(pool, TEMPORARY);
    expect(await refusal(respond(pool, "AYABe-made-up-session-string", STRONG_PASSWORD))).toMatchObject({
      name: "NotAuthorizedException",
      message: "Invalid session for the user.",
    });
    await respond(pool, Session, STRONG_PASSWORD);
    expect((await refusal(respond(pool, Session, STRONG_PASSWORD))).message).toContain("can only be used once");
  });

  test("expires", async () => {
    const pool = adminPool();
    await create(pool);
    const { Session } = await signIn(pool, TEMPORARY);
    now += 3 * 60_000;
    expect((await refusal(respond(pool, Session, STRONG_PASSWORD))).message).toContain("session is expired");
  });

  test("survives a password that the policy refuses", async () => {
    const pool = adminPool();
    await create(pool);
    const { Session } = await signIn(pool, TEMPORARY);
    expect(await refusal(respond(pool, Session, "short"))).toEqual({
      name: "InvalidPasswordException",
      message: "Password did not conform with password policy: Password not long enough",
      status: 400,
    });
    expect((await respond(pool, Session, STRONG_PASSWORD)).AuthenticationResult).toBeDefined();
  });
});

describe("what a pool may demand", () => {
  test("no former password: the temporary one is refused as the final one", async () => {
    const pool = emulator.createPool({
      passwordHistory: 3,
      clients: [{ authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] }],
    });
    await create(pool);
    const { Session } = await signIn(pool, TEMPORARY);
    expect(await refusal(respond(pool, Session, TEMPORARY))).toMatchObject({
      name: "PasswordHistoryPolicyViolationException",
      status: 400,
    });
    await respond(pool, Session, STRONG_PASSWORD);
    const set = (Password: string) =>
      aws.send(new AdminSetUserPasswordCommand({ UserPoolId: pool.id, Username: "ann", Password, Permanent: true }));
    expect(await refusal(set(TEMPORARY))).toMatchObject({ name: "PasswordHistoryPolicyViolationException" });
    await set("Another-Secret-3");
  });

  test("without a history the same password may stay, as for the Go plugin", async () => {
    const pool = adminPool();
    await create(pool);
    const { Session } = await signIn(pool, TEMPORARY);
    expect((await respond(pool, Session, TEMPORARY)).AuthenticationResult).toBeDefined();
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
    await create(pool);
    const { Session, ChallengeParameters } = await signIn(pool, TEMPORARY);
    expect(JSON.parse(ChallengeParameters?.["requiredAttributes"] ?? "")).toEqual(["userAttributes.name"]);
    expect((await refusal(respond(pool, Session, STRONG_PASSWORD))).message).toBe(
      "Invalid attributes given, name is missing",
    );
    const twice = respond(pool, Session, STRONG_PASSWORD, {
      "userAttributes.name": "Ann",
      "userAttributes.email": "a@b.example",
    });
    expect((await refusal(twice)).message).toBe("Cannot modify an already provided email");
    await respond(pool, Session, STRONG_PASSWORD, { "userAttributes.name": "Ann" });
    expect(pool.user("ann")?.attributes["name"]).toBe("Ann");
  });

  test("a temporary password used in time", async () => {
    const pool = adminPool();
    await create(pool);
    now += 7 * 86_400_000;
    expect(await refusal(signIn(pool, TEMPORARY))).toMatchObject({ name: "NotAuthorizedException" });
    await aws.send(
      new AdminCreateUserCommand({
        UserPoolId: pool.id,
        Username: "ann",
        MessageAction: "RESEND",
        TemporaryPassword: "Fresh-Secret-9",
      }),
    );
    expect((await signIn(pool, "Fresh-Secret-9")).ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
  });

  test.each([
    ["set up, when the user has no factor", ["SOFTWARE_TOKEN_MFA"], "MFA_SETUP"],
    ["a code by e-mail", ["EMAIL_OTP"], "EMAIL_OTP"],
  ] as const)("a second factor: %s", async (_what, mfa, challenge) => {
    const pool = emulator.createPool({ mfa, clients: [{ authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] }] });
    await create(pool);
    const { Session } = await signIn(pool, TEMPORARY);
    const answer = await respond(pool, Session, STRONG_PASSWORD);
    expect(answer.ChallengeName).toBe(challenge);
    expect(answer.AuthenticationResult).toBeUndefined();
    expect((await signIn(pool, STRONG_PASSWORD)).ChallengeName).toBe(challenge);
  });
});

describe("names", () => {
  test("in an e-mail pool Cognito makes the user name, and the address is an alias", async () => {
    const pool = emulator.createPool({
      usernameAttributes: ["email"],
      clients: [{ authFlows: ["ADMIN_NO_SRP_AUTH"] }],
    });
    expect(await refusal(create(pool, "ann"))).toMatchObject({
      name: "InvalidParameterException",
      message: "Username should be an email.",
    });
    const made = await create(pool, "ann@example.com");
    const sub = made.User?.Username ?? "";
    expect(sub).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.User?.Attributes).toContainEqual({ Name: "sub", Value: sub });
    expect(await refusal(create(pool, "ann@example.com"))).toMatchObject({
      name: "UsernameExistsException",
      message: "An account with the given email already exists.",
    });
    await aws.send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: "ann@example.com" }));
    expect(pool.usernames()).toEqual([]);
    const again = await create(pool, "ann@example.com");
    await aws.send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: again.User?.Username ?? "" }));
    expect(pool.usernames()).toEqual([]);
  });

  test("in a pool with e-mail aliases the user name may not look like an address", async () => {
    const pool = emulator.createPool({ aliasAttributes: ["email"] });
    expect((await refusal(create(pool, "ann@example.com"))).message).toContain("cannot be of email format");
    await create(pool, "ann");
    expect(pool.user("ann@example.com")?.username).toBe("ann");
    expect(await refusal(create(pool, "ann2"))).toMatchObject({ name: "AliasExistsException" });
  });

  test("a pool that ignores case keeps names in lower case", async () => {
    const pool = emulator.createPool({ caseSensitive: false });
    expect((await create(pool, "Ann")).User?.Username).toBe("ann");
    expect(pool.user("ANN")?.username).toBe("ann");
    expect(await refusal(create(pool, "aNN"))).toMatchObject({
      name: "UsernameExistsException",
      message: "User account already exists",
    });
  });

  test("a sub is no user name in a pool of plain names", async () => {
    const pool = adminPool();
    const made = await create(pool);
    const sub = made.User?.Attributes?.find(({ Name }) => Name === "sub")?.Value ?? "";
    expect(await refusal(aws.send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: sub })))).toMatchObject({
      name: "UserNotFoundException",
    });
  });
});

describe("app clients", () => {
  test("with a secret need its hash over the name that was sent", async () => {
    const pool = emulator.createPool({ clients: [{ secret: true, authFlows: ["ADMIN_NO_SRP_AUTH"] }] });
    await create(pool);
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
    expect((await refusal(respond(pool, Session, STRONG_PASSWORD))).message).toContain("SECRET_HASH was not received");
    expect((await respond(pool, Session, STRONG_PASSWORD, withHash)).AuthenticationResult).toBeDefined();
  });

  test("let in the flows they were set up for", async () => {
    const closed = emulator.createPool({ clients: [{}] });
    await create(closed);
    expect(await refusal(signIn(closed, TEMPORARY))).toMatchObject({
      name: "InvalidParameterException",
      message: "Auth flow not enabled for this client",
    });
    const legacy = emulator.createPool({
      clients: [{ authFlows: ["ADMIN_NO_SRP_AUTH"] }, { authFlows: ["ADMIN_NO_SRP_AUTH"], exactAuthFlow: true }],
    });
    await create(legacy);
    expect((await signIn(legacy, TEMPORARY)).ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
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
