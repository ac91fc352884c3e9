import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type CognitoIdentityProviderClient,
  GetUserCommand,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { type CognitoEmulator, startCognitoEmulator } from "./index.ts";
import { awsClient, refusal, STRONG_PASSWORD } from "./testing/aws-client.ts";
import { adminPool, clientId, createUser, refresh, setNewPassword, signIn, TEMPORARY } from "./testing/user-steps.ts";

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

describe("a user made by an administrator", () => {
  test("gets a temporary password, changes it and receives tokens that verify", async () => {
    const pool = adminPool(emulator);
    const made = await createUser(aws, pool);
    expect(made.User).toMatchObject({ Username: "ann", Enabled: true, UserStatus: "FORCE_CHANGE_PASSWORD" });
    expect(made.User?.UserCreateDate?.getTime()).toBe(now);
    await aws.send(new AdminAddUserToGroupCommand({ UserPoolId: pool.id, Username: "ann", GroupName: "readers" }));
    const challenge = await signIn(aws, pool, TEMPORARY);
    expect(challenge.ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    expect(challenge.AuthenticationResult).toBeUndefined();
    expect(JSON.parse(challenge.ChallengeParameters?.["requiredAttributes"] ?? "")).toEqual([]);

    const { AuthenticationResult: tokens } = await setNewPassword(aws, pool, challenge.Session, STRONG_PASSWORD);
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
    const pool = adminPool(emulator);
    await createUser(aws, pool);
    await aws.send(
      new AdminSetUserPasswordCommand({
        UserPoolId: pool.id,
        Username: "ann",
        Password: STRONG_PASSWORD,
        Permanent: true,
      }),
    );
    const answer = await signIn(aws, pool, STRONG_PASSWORD);
    expect(answer.ChallengeName).toBeUndefined();
    expect(decodeJwt(answer.AuthenticationResult?.AccessToken ?? "")).not.toHaveProperty("cognito:groups");
  });

  test("loses every way in when it is deleted", async () => {
    const pool = adminPool(emulator);
    await createUser(aws, pool);
    const { Session } = await signIn(aws, pool, TEMPORARY);
    const { AuthenticationResult: tokens } = await setNewPassword(aws, pool, Session, STRONG_PASSWORD);
    expect((await refresh(aws, pool, tokens?.RefreshToken)).AuthenticationResult?.RefreshToken).toBeUndefined();
    expect((await aws.send(new GetUserCommand({ AccessToken: tokens?.AccessToken }))).Username).toBe("ann");

    await aws.send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: "ann" }));

    expect(pool.usernames()).toEqual([]);
    expect(await refusal(refresh(aws, pool, tokens?.RefreshToken))).toMatchObject({ name: "NotAuthorizedException" });
    expect(await refusal(aws.send(new GetUserCommand({ AccessToken: tokens?.AccessToken })))).toMatchObject({
      name: "UserNotFoundException",
    });
    expect(await refusal(signIn(aws, pool, STRONG_PASSWORD))).toMatchObject({
      name: "UserNotFoundException",
      status: 400,
    });
    expect(await refusal(aws.send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: "ann" })))).toEqual({
      name: "UserNotFoundException",
      message: "User does not exist.",
      status: 400,
    });
  });

  test("is signed out everywhere, and tokens run out", async () => {
    const pool = adminPool(emulator);
    await createUser(aws, pool);
    const { Session } = await signIn(aws, pool, TEMPORARY);
    const { AuthenticationResult: tokens } = await setNewPassword(aws, pool, Session, STRONG_PASSWORD);
    now += 1000;
    await aws.send(new AdminUserGlobalSignOutCommand({ UserPoolId: pool.id, Username: "ann" }));
    expect(await refusal(refresh(aws, pool, tokens?.RefreshToken))).toMatchObject({
      message: "Refresh Token has been revoked",
    });
    expect(await refusal(aws.send(new GetUserCommand({ AccessToken: tokens?.AccessToken })))).toMatchObject({
      message: "Access Token has been revoked",
    });
    now += 1000;
    const later = (await signIn(aws, pool, STRONG_PASSWORD)).AuthenticationResult;
    now += 3600 * 1000;
    expect(await refusal(aws.send(new GetUserCommand({ AccessToken: later?.AccessToken })))).toMatchObject({
      message: "Access Token has expired",
    });
  });

  test("is found by AdminGetUser and ListUsers, and leaves a group", async () => {
    const pool = adminPool(emulator);
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
    const pool = adminPool(emulator);
    await createUser(aws, pool);
    const { Session } = await signIn(aws, pool, TEMPORARY);
    expect(await refusal(setNewPassword(aws, pool, "AYABe-made-up-session-string", STRONG_PASSWORD))).toMatchObject({
      name: "NotAuthorizedException",
      message: "Invalid session for the user.",
    });
    await setNewPassword(aws, pool, Session, STRONG_PASSWORD);
    expect((await refusal(setNewPassword(aws, pool, Session, STRONG_PASSWORD))).message).toContain(
      "can only be used once",
    );
  });

  test("expires", async () => {
    const pool = adminPool(emulator);
    await createUser(aws, pool);
    const { Session } = await signIn(aws, pool, TEMPORARY);
    now += 3 * 60_000;
    expect((await refusal(setNewPassword(aws, pool, Session, STRONG_PASSWORD))).message).toContain(
      "session is expired",
    );
  });

  test("survives a password that the policy refuses", async () => {
    const pool = adminPool(emulator);
    await createUser(aws, pool);
    const { Session } = await signIn(aws, pool, TEMPORARY);
    expect(await refusal(setNewPassword(aws, pool, Session, "short"))).toEqual({
      name: "InvalidPasswordException",
      message: "Password did not conform with password policy: Password not long enough",
      status: 400,
    });
    expect((await setNewPassword(aws, pool, Session, STRONG_PASSWORD)).AuthenticationResult).toBeDefined();
  });
});
