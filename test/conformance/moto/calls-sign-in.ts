import * as aws from "@aws-sdk/client-cognito-identity-provider";
import { secretHash } from "../../../dev/cognito-emulator/testing/aws-client.ts";
import { ann, type Brought, type Call, call, final, type Input, inPool, noPool, temporary } from "./call.ts";

const adminSignIn = (
  what: string,
  input: (brought: Brought) => Input,
  bring?: (answer: never, brought: Brought) => void,
) =>
  call(
    aws.AdminInitiateAuthCommand,
    what,
    (brought) => ({
      UserPoolId: brought.pool,
      ClientId: brought.client,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "ann", PASSWORD: final },
      ...input(brought),
    }),
    bring,
  );
const answerChallenge = (
  what: string,
  responses: Input,
  more: Input = {},
  bring?: (answer: never, brought: Brought) => void,
) =>
  call(
    aws.AdminRespondToAuthChallengeCommand,
    what,
    (brought) => ({
      UserPoolId: brought.pool,
      ClientId: brought.client,
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: brought.session,
      ChallengeResponses: { USERNAME: "ann", NEW_PASSWORD: final, ...responses },
      ...more,
    }),
    bring,
  );
const keepSession = ({ Session }: aws.AdminInitiateAuthCommandOutput, brought: Brought): void => {
  brought.session = Session ?? "";
};
const keepTokens = ({ AuthenticationResult }: aws.AdminInitiateAuthCommandOutput, brought: Brought): void => {
  brought.accessToken = AuthenticationResult?.AccessToken ?? "";
  brought.refreshToken = AuthenticationResult?.RefreshToken ?? "";
};
const withPassword = (PASSWORD: string) => () => ({ AuthParameters: { USERNAME: "ann", PASSWORD } });

export const signIn: readonly Call[] = [
  adminSignIn("with a temporary password", withPassword(temporary), keepSession),
  adminSignIn("with a wrong password", withPassword("Wrong-Secret-3")),
  adminSignIn("of nobody", () => ({ AuthParameters: { USERNAME: "nobody", PASSWORD: final } })),
  adminSignIn("without a name", () => ({ AuthParameters: { PASSWORD: final } })),
  adminSignIn("without a password", () => ({ AuthParameters: { USERNAME: "ann" } })),
  adminSignIn("at an app client that is not there", () => ({ ClientId: "nothere" })),
  adminSignIn("in a pool that is not there", () => ({ UserPoolId: noPool })),
  adminSignIn("by a flow that the app client lacks", () => ({ AuthFlow: "ADMIN_NO_SRP_AUTH" })),
  adminSignIn("by a flow that is none", () => ({ AuthFlow: "KNOCK" })),
  adminSignIn("at an app client with a secret, without a hash", ({ secretClient }) => ({ ClientId: secretClient })),
  adminSignIn("at an app client with a secret, with a wrong hash", ({ secretClient }) => ({
    ClientId: secretClient,
    AuthParameters: { USERNAME: "ann", PASSWORD: temporary, SECRET_HASH: "wrong" },
  })),
  adminSignIn("at an app client with a secret", ({ secretClient, secret }) => ({
    ClientId: secretClient,
    AuthParameters: { USERNAME: "ann", PASSWORD: temporary, SECRET_HASH: secretHash(secret, "ann", secretClient) },
  })),
  answerChallenge("with a weak password", { NEW_PASSWORD: "weak" }),
  answerChallenge("without a password", { NEW_PASSWORD: undefined }),
  answerChallenge("of another user", { USERNAME: "carl" }),
  answerChallenge("with a session that is none", {}, { Session: "x".repeat(30) }),
  adminSignIn("with a temporary password, once more", withPassword(temporary), keepSession),
  answerChallenge("", {}, {}, keepTokens),
  answerChallenge("with a session that is used up", {}),
  adminSignIn("", () => ({}), keepTokens),
  call(aws.AdminGetUserCommand, "that is confirmed", ann()),
  call(aws.GetUserCommand, "", ({ accessToken }) => ({ AccessToken: accessToken })),
  call(aws.GetUserCommand, "by a token that is none", () => ({ AccessToken: "nothing" })),
  call(aws.InitiateAuthCommand, "to refresh", ({ client, refreshToken }) => ({
    ClientId: client,
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: refreshToken },
  })),
  call(aws.InitiateAuthCommand, "to refresh by a token that is none", ({ client }) => ({
    ClientId: client,
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: "nothing" },
  })),
  call(aws.AdminSetUserPasswordCommand, "for good", ann({ Password: final, Permanent: true })),
  call(aws.AdminSetUserPasswordCommand, "to a weak one", ann({ Password: "weak", Permanent: true })),
  call(aws.AdminSetUserPasswordCommand, "of nobody", inPool({ Username: "nobody", Password: final, Permanent: true })),
  call(aws.AdminDisableUserCommand, "", ann()),
  call(aws.AdminDisableUserCommand, "of nobody", inPool({ Username: "nobody" })),
  call(aws.AdminGetUserCommand, "that is disabled", ann()),
  adminSignIn("of one who is disabled", () => ({})),
  call(aws.AdminEnableUserCommand, "", ann()),
  call(aws.AdminUserGlobalSignOutCommand, "", ann()),
  call(aws.AdminUserGlobalSignOutCommand, "of nobody", inPool({ Username: "nobody" })),
  call(aws.InitiateAuthCommand, "to refresh after signing out", ({ client, refreshToken }) => ({
    ClientId: client,
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: refreshToken },
  })),
];
