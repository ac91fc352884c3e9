import type { AuthFlowType } from "@aws-sdk/client-cognito-identity-provider";
import { InternalError, isJsonObject, type JsonObject, UserError } from "../framework/index.ts";
import { type AwsCaller, type CallOptions, callAws, type Outcome } from "./aws-call.ts";
import { explain } from "./aws-errors.ts";
import { isNotAuthorized, isPasswordReuse, isUserNotFound, isUsernameExists } from "./aws-failure.ts";
import { unexpectedChallenge } from "./challenge.ts";
import type { CognitoClient, CognitoInputs } from "./cognito-client.ts";
import type { Budget } from "./request-budget.ts";
import { secretHash } from "./secret-hash.ts";

export interface UserPoolSettings {
  readonly client: CognitoClient;
  readonly caller: AwsCaller;
  readonly region: string;
  readonly userPoolId: string;
}

export interface NewUser {
  readonly username: string;
  readonly temporaryPassword: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** How AdminCreateUser ended, as far as can be known from here. */
export type Creation =
  /** The user is ours. `username` is Cognito's name for it; undefined when its answer was lost on the way. */
  | { readonly kind: "made"; readonly username: string | undefined; readonly unknownSends: number }
  /** Somebody else has the name; nothing of ours was made. */
  | { readonly kind: "name-taken" }
  /** With unknown sends the user may exist now, or appear later. */
  | { readonly kind: "failed"; readonly error: Error; readonly unknownSends: number };

/** The app client through which users sign in. */
export interface AppClient {
  readonly id: string;
  /** "" for a client without one. */
  readonly secret: string;
  readonly authFlow: string;
}

export interface Tokens {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly tokenType: string;
  readonly idToken?: string;
  readonly refreshToken?: string;
}

/** What Cognito answers to a user who signs in: tokens, or the wish for a password of the user's own. */
export type SignIn =
  | { readonly kind: "tokens"; readonly tokens: Tokens }
  | {
      readonly kind: "new-password";
      readonly session: string | undefined;
      /** Cognito's name for the user, where it tells. */
      readonly userId: string | undefined;
      /** Attributes that the pool requires and the user lacks. */
      readonly missingAttributes: readonly string[];
    };

/**
 * One user pool. Acts reject with UserError or InternalError and never name a user in it; each is sent again where that
 * helps, until `budget` is spent.
 */
export class UserPool {
  readonly region: string;
  readonly userPoolId: string;
  readonly #client: CognitoClient;
  readonly #caller: AwsCaller;

  constructor({ client, caller, region, userPoolId }: UserPoolSettings) {
    this.#client = client;
    this.#caller = caller;
    this.region = region;
    this.userPoolId = userPoolId;
  }

  /** Never rejects for what AWS or the network did: what to clean up depends on how it failed. */
  async createUser({ username, temporaryPassword, attributes }: NewUser, budget: Budget): Promise<Creation> {
    // The same input for every send: after an unknown one, the password of the first is the one in force.
    const input = {
      UserPoolId: this.userPoolId,
      Username: username,
      TemporaryPassword: temporaryPassword,
      MessageAction: "SUPPRESS",
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    } as const;
    const outcome = await this.#call("AdminCreateUser", input, budget, { outlivesCaller: true });
    const { unknownSends } = outcome;
    if (outcome.ok) {
      const { User: user } = outcome.value;
      const name = isJsonObject(user) ? text(user["Username"]) : undefined;
      return { kind: "made", username: name ?? username, unknownSends };
    }
    if (isUsernameExists(outcome.failure)) {
      return unknownSends === 0 ? { kind: "name-taken" } : { kind: "made", username: undefined, unknownSends };
    }
    return { kind: "failed", error: explain(outcome.failure), unknownSends };
  }

  async addToGroup(username: string, group: string, budget: Budget): Promise<void> {
    const input = {
      UserPoolId: this.userPoolId,
      Username: username,
      GroupName: group,
    };
    const outcome = await this.#call("AdminAddUserToGroup", input, budget);
    if (!outcome.ok)
      throw explain(
        outcome.failure,
        `the pool has no group ${JSON.stringify(group)}: create it, or change the role's groups`,
      );
  }

  /** Rejects with UserError for every challenge but that for a new password. */
  async signIn(username: string, password: string, appClient: AppClient, budget: Budget): Promise<SignIn> {
    const input = {
      UserPoolId: this.userPoolId,
      ClientId: appClient.id,
      AuthFlow: appClient.authFlow as AuthFlowType,
      AuthParameters: { USERNAME: username, PASSWORD: password, ...secretHashOf(username, appClient) },
    };
    const outcome = await this.#call("AdminInitiateAuth", input, budget);
    if (!outcome.ok) throw explain(outcome.failure, noAppClient);
    return signInOf("AdminInitiateAuth", outcome.value);
  }

  /** Gives the user the password it keeps, in answer to `signIn`'s challenge. */
  async answerNewPassword(
    signIn: Extract<SignIn, { kind: "new-password" }>,
    {
      username,
      password,
      appClient,
    }: { readonly username: string; readonly password: string; readonly appClient: AppClient },
    budget: Budget,
  ): Promise<Tokens> {
    const name = signIn.userId ?? username;
    const input = {
      UserPoolId: this.userPoolId,
      ClientId: appClient.id,
      ChallengeName: "NEW_PASSWORD_REQUIRED" as const,
      Session: signIn.session,
      ChallengeResponses: { USERNAME: name, NEW_PASSWORD: password, ...secretHashOf(name, appClient) },
    };
    const outcome = await this.#call("AdminRespondToAuthChallenge", input, budget);
    if (outcome.ok) return tokensOf("AdminRespondToAuthChallenge", outcome.value);
    // A session serves once: a send whose answer was lost has set the password, and only its re-send is refused.
    if (outcome.unknownSends > 0 && isNotAuthorized(outcome.failure)) {
      const again = await this.signIn(name, password, appClient, budget);
      if (again.kind === "tokens") return again.tokens;
    }
    const missing = signIn.missingAttributes;
    if (missing.length > 0 && outcome.failure.code === "InvalidParameterException") {
      throw new UserError(
        `the pool requires attributes that new users lack: ${missing.join(", ")}; set them in attributes of the role`,
      );
    }
    throw explain(outcome.failure, noAppClient);
  }

  /** Sets a password that the user keeps. */
  async setPassword(username: string, password: string, budget: Budget): Promise<void> {
    const input = {
      UserPoolId: this.userPoolId,
      Username: username,
      Password: password,
      Permanent: true,
    };
    const outcome = await this.#call("AdminSetUserPassword", input, budget);
    if (outcome.ok) return;
    // The password of a send whose answer was lost is in the history that its re-send runs into.
    if (outcome.unknownSends > 0 && isPasswordReuse(outcome.failure)) return;
    throw explain(outcome.failure);
  }

  /** "absent" also when a send whose answer was lost did the work. A missing pool is an error: a changed AWS account looks the same. */
  async deleteUser(username: string, budget: Budget): Promise<"deleted" | "absent"> {
    const input = { UserPoolId: this.userPoolId, Username: username };
    const outcome = await this.#call("AdminDeleteUser", input, budget);
    if (outcome.ok) return "deleted";
    if (isUserNotFound(outcome.failure)) return "absent";
    throw explain(outcome.failure);
  }

  #call<Call extends keyof CognitoInputs>(
    call: Call,
    input: CognitoInputs[Call],
    budget: Budget,
    options?: CallOptions,
  ): Promise<Outcome<JsonObject>> {
    const send = (signal: AbortSignal) => this.#client.send(call, input, signal);
    return callAws(this.#caller, call, send, budget, options);
  }
}

const noAppClient = "there is no such app client in the user pool: check app_client_id of the role";

function secretHashOf(username: string, { id, secret }: AppClient): Record<string, string> {
  return secret === "" ? {} : { SECRET_HASH: secretHash(username, id, secret) };
}

/*
 * Answers are as Cognito, or whoever answered in its place, sent them. What cannot be handed out must be found out here, where the user
 * can still be deleted.
 */

function signInOf(call: string, answer: JsonObject): SignIn {
  const { AuthenticationResult: result, ChallengeName: challenge, ChallengeParameters: given } = answer;
  if (isJsonObject(result)) return { kind: "tokens", tokens: completeTokens(call, result) };
  if (challenge !== "NEW_PASSWORD_REQUIRED") throw unexpectedChallenge(text(challenge) ?? "");
  const parameters = isJsonObject(given) ? given : {};
  return {
    kind: "new-password",
    session: text(answer["Session"]),
    userId: text(parameters["USER_ID_FOR_SRP"]),
    missingAttributes: attributeNames(text(parameters["requiredAttributes"])),
  };
}

function tokensOf(call: string, answer: JsonObject): Tokens {
  const { AuthenticationResult: result, ChallengeName: challenge } = answer;
  if (isJsonObject(result)) return completeTokens(call, result);
  throw unexpectedChallenge(text(challenge) ?? "");
}

/** Seconds; Cognito's own tokens live a day at most. */
const longestLife = 2 ** 31 - 1;

function completeTokens(call: string, result: JsonObject): Tokens {
  const accessToken = text(result["AccessToken"]);
  const expiresIn = result["ExpiresIn"];
  const isLife = typeof expiresIn === "number" && expiresIn >= 0 && expiresIn <= longestLife;
  if (accessToken === undefined || !isLife) throw new InternalError(`${call} failed: the answer has no access token`);
  const idToken = text(result["IdToken"]);
  const refreshToken = text(result["RefreshToken"]);
  return {
    accessToken,
    expiresIn,
    tokenType: text(result["TokenType"]) ?? "Bearer",
    ...(idToken === undefined ? {} : { idToken }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** ["userAttributes.name"], as JSON in a challenge's parameters, without the prefix. */
function attributeNames(json: string | undefined): readonly string[] {
  try {
    const names: unknown = JSON.parse(json ?? "[]");
    if (!Array.isArray(names)) return [];
    return names
      .map((name) => String(name).replace(/^userAttributes\./, ""))
      .filter((name) => /^[\w:.-]{1,64}$/.test(name));
  } catch {
    return [];
  }
}
