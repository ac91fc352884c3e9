import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import type { CognitoEmulator, UserPool } from "../index.ts";

/*
 * The steps of a user's life, each as AWS's own client takes it, at the pool's first app client.
 */

export const TEMPORARY = "Temporary-Secret-1";

/** A pool with two groups, whose app client lets administrators sign users in. */
export const adminPool = (emulator: CognitoEmulator): UserPool =>
  emulator.createPool({
    groups: ["readers", "writers"],
    clients: [{ authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }],
  });

export const clientId = (pool: UserPool): string => pool.clients()[0]?.id ?? "";

export const createUser = (aws: CognitoIdentityProviderClient, pool: UserPool, username = "ann") =>
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

export const signIn = (aws: CognitoIdentityProviderClient, pool: UserPool, password: string) =>
  aws.send(
    new AdminInitiateAuthCommand({
      UserPoolId: pool.id,
      ClientId: clientId(pool),
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "ann", PASSWORD: password },
    }),
  );

export const setNewPassword = (
  aws: CognitoIdentityProviderClient,
  pool: UserPool,
  session: string | undefined,
  password: string,
  more: Readonly<Record<string, string>> = {},
) =>
  aws.send(
    new AdminRespondToAuthChallengeCommand({
      UserPoolId: pool.id,
      ClientId: clientId(pool),
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: session,
      ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD: password, ...more },
    }),
  );

export const refresh = (aws: CognitoIdentityProviderClient, pool: UserPool, token: string | undefined) =>
  aws.send(
    new InitiateAuthCommand({
      ClientId: clientId(pool),
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: token ?? "" },
    }),
  );
