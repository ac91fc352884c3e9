import { createHmac } from "node:crypto";
import { type Action, type ActionCall, poolOf, signed, timestamp, unsigned } from "./action.ts";
import { type AppClient, allowsFlow } from "./app-client.ts";
import { oneOf, optionalObject, optionalString, requiredString } from "./input.ts";
import type { JsonObject } from "./json.ts";
import type { MfaMethod } from "./pool-options.ts";
import type { PoolUser } from "./pool-user.ts";
import { invalidParameter, notAuthorized, resourceNotFound, ServiceError, userNotFound } from "./service-error.ts";
import { readJwt } from "./signing-key.ts";
import { userTokens } from "./tokens.ts";
import type { UserPool } from "./user-pool.ts";

const REFRESH_FLOWS = ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] as const;
const ADMIN_FLOWS = ["ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH", ...REFRESH_FLOWS] as const;
const CLIENT_FLOWS = ["USER_PASSWORD_AUTH", ...REFRESH_FLOWS] as const;
const ATTRIBUTE_RESPONSE = "userAttributes.";

function adminInitiateAuth(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const client = pool.client(requiredString(call.input, "ClientId"));
  return initiate(call, pool, client, oneOf(call.input, "AuthFlow", ADMIN_FLOWS));
}

function initiateAuth(call: ActionCall): JsonObject {
  const { pool, client } = clientOf(call);
  return initiate(call, pool, client, oneOf(call.input, "AuthFlow", CLIENT_FLOWS));
}

function initiate(call: ActionCall, pool: UserPool, client: AppClient, flow: string): JsonObject {
  if (!allowsFlow(client, flow)) {
    throw invalidParameter(
      flow === "USER_PASSWORD_AUTH"
        ? "USER_PASSWORD_AUTH flow not enabled for this client"
        : "Auth flow not enabled for this client",
    );
  }
  const parameters = optionalObject(call.input, "AuthParameters") ?? {};
  if (REFRESH_FLOWS.some((name) => name === flow)) return refresh(call, pool, client, parameters);
  const username = parameter(parameters, "USERNAME");
  const password = parameter(parameters, "PASSWORD");
  checkSecretHash(client, parameters, username);
  const user = pool.find(username);
  if (user === undefined) throw client.preventUserExistenceErrors ? wrongPassword() : userNotFound();
  if (!user.enabled) throw notAuthorized("User is disabled.");
  pool.runTrigger("PreAuthentication");
  if (user.password !== password) throw wrongPassword();
  if (pool.temporaryPasswordExpired(user)) {
    throw notAuthorized("Temporary password has expired and must be reset by an administrator.");
  }
  if (user.status === "RESET_REQUIRED") {
    throw new ServiceError("PasswordResetRequiredException", "Password reset required for the user");
  }
  const { challenge, tokensAtOnce = false } = call.override;
  if (challenge !== undefined) return challengeAnswer(pool, client, user, challenge.name, challenge.parameters);
  if (user.status === "FORCE_CHANGE_PASSWORD" && !tokensAtOnce) {
    return challengeAnswer(pool, client, user, "NEW_PASSWORD_REQUIRED", {
      requiredAttributes: JSON.stringify(missingAttributes(pool, user).map((name) => ATTRIBUTE_RESPONSE + name)),
      userAttributes: JSON.stringify(Object.fromEntries([...user.attributes].filter(([name]) => name !== "sub"))),
    });
  }
  return tokensAtOnce ? tokenAnswer(call, pool, client, user) : afterPassword(call, pool, client, user);
}

function adminRespond(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  return respond(call, pool, pool.client(requiredString(call.input, "ClientId")));
}

function respondToAuthChallenge(call: ActionCall): JsonObject {
  const { pool, client } = clientOf(call);
  return respond(call, pool, client);
}

function respond(call: ActionCall, pool: UserPool, client: AppClient): JsonObject {
  const challenge = requiredString(call.input, "ChallengeName");
  if (challenge !== "NEW_PASSWORD_REQUIRED") {
    throw invalidParameter(`The emulator takes no answer to the challenge ${challenge}.`);
  }
  const responses = optionalObject(call.input, "ChallengeResponses") ?? {};
  const username = parameter(responses, "USERNAME");
  checkSecretHash(client, responses, username);
  const user = pool.find(username);
  if (user === undefined)
    throw client.preventUserExistenceErrors ? notAuthorized("Invalid session for the user.") : userNotFound();
  const session = pool.signIns.session(requiredString(call.input, "Session"), user, client, challenge);
  const password = optionalString(responses, "NEW_PASSWORD");
  if (password === undefined) {
    throw invalidParameter("Invalid attributes given, new password should be given with key NEW_PASSWORD.");
  }
  const attributes = attributeResponses(responses);
  for (const name of attributes.keys()) {
    if (pool.options.requiredAttributes?.includes(name) && user.attributes.has(name)) {
      throw notAuthorized(`Cannot modify an already provided ${name}`);
    }
  }
  const missing = missingAttributes(pool, user).find((name) => !attributes.get(name));
  if (missing !== undefined) throw invalidParameter(`Invalid attributes given, ${missing} is missing`);
  pool.setPassword(user, password, "CONFIRMED");
  pool.setAttributes(user, attributes);
  session.used = true;
  if (call.override.challenge !== undefined) {
    return challengeAnswer(pool, client, user, call.override.challenge.name, call.override.challenge.parameters);
  }
  return afterPassword(call, pool, client, user);
}

/** The password is right and final: a second factor where the pool wants one, else tokens. */
function afterPassword(call: ActionCall, pool: UserPool, client: AppClient, user: PoolUser): JsonObject {
  if (pool.mfa.length === 0) return tokenAnswer(call, pool, client, user);
  const usable = pool.mfa.filter((method) => canUse(user, method));
  if (usable.length === 0) {
    return challengeAnswer(pool, client, user, "MFA_SETUP", { MFAS_CAN_SETUP: JSON.stringify(pool.mfa) });
  }
  if (usable.length > 1) {
    return challengeAnswer(pool, client, user, "SELECT_MFA_TYPE", { MFAS_CAN_CHOOSE: JSON.stringify(usable) });
  }
  const [method = "SMS_MFA"] = usable;
  const medium = method === "SMS_MFA" ? "SMS" : "EMAIL";
  return challengeAnswer(pool, client, user, method, { CODE_DELIVERY_DELIVERY_MEDIUM: medium });
}

const canUse = (user: PoolUser, method: MfaMethod): boolean =>
  (method === "SMS_MFA" && user.attributes.has("phone_number")) ||
  (method === "EMAIL_OTP" && user.attributes.get("email_verified") === "true");

function challengeAnswer(
  pool: UserPool,
  client: AppClient,
  user: PoolUser,
  name: string,
  parameters: Readonly<Record<string, string>>,
): JsonObject {
  const session = pool.signIns.openSession(user, client, name);
  return {
    ChallengeName: name,
    ChallengeParameters: { USER_ID_FOR_SRP: user.username, ...parameters },
    Session: session.token,
  };
}

function tokenAnswer(call: ActionCall, pool: UserPool, client: AppClient, user: PoolUser): JsonObject {
  pool.runTrigger("PostAuthentication");
  const { token, grant } = pool.signIns.openRefreshGrant(user, client);
  const tokens = userTokens(pool, client, user, grant, call.world.identifiers, call.world.clock.now());
  return { AuthenticationResult: { ...tokens, RefreshToken: token }, ChallengeParameters: {} };
}

function refresh(call: ActionCall, pool: UserPool, client: AppClient, parameters: JsonObject): JsonObject {
  const grant = pool.signIns.refreshGrant(parameter(parameters, "REFRESH_TOKEN"));
  const user = grant && pool.findBySub(grant.sub);
  if (grant === undefined || user === undefined || grant.clientId !== client.id)
    throw notAuthorized("Invalid Refresh Token.");
  checkSecretHash(client, parameters, user.username);
  if (user.signedOutAt !== undefined && grant.issuedAt <= user.signedOutAt)
    throw notAuthorized("Refresh Token has been revoked");
  if (call.world.clock.now() >= grant.expiresAt) throw notAuthorized("Refresh Token has expired");
  if (!user.enabled) throw notAuthorized("User is disabled.");
  return {
    AuthenticationResult: userTokens(pool, client, user, grant, call.world.identifiers, call.world.clock.now()),
    ChallengeParameters: {},
  };
}

/** The access token is the only credential. */
function getUser(call: ActionCall): JsonObject {
  const claims = readJwt(requiredString(call.input, "AccessToken"));
  const issuer = claims && optionalString(claims, "iss");
  const pool = call.world.pools.list().find((candidate) => candidate.issuer === issuer);
  if (claims === undefined || pool === undefined || claims["token_use"] !== "access")
    throw notAuthorized("Invalid Access Token");
  if (Number(claims["exp"]) * 1000 <= call.world.clock.now()) throw notAuthorized("Access Token has expired");
  const user = pool.findBySub(optionalString(claims, "sub") ?? "");
  if (user === undefined) throw userNotFound();
  if (user.signedOutAt !== undefined && Number(claims["iat"]) <= timestamp(user.signedOutAt)) {
    throw notAuthorized("Access Token has been revoked");
  }
  return {
    Username: user.username,
    UserAttributes: [...user.attributes].map(([Name, Value]) => ({ Name, Value })),
  };
}

function clientOf(call: ActionCall): { readonly pool: UserPool; readonly client: AppClient } {
  const clientId = requiredString(call.input, "ClientId");
  const found = call.world.pools.findClient(clientId);
  if (found === undefined || (call.region !== undefined && found.pool.region !== call.region)) {
    throw resourceNotFound(`User pool client ${clientId} does not exist.`);
  }
  return found;
}

/** SECRET_HASH = base64(HMAC-SHA256(client secret, user name + client id)), with the user name as it was sent. */
function checkSecretHash({ id, secret }: AppClient, parameters: JsonObject, username: string): void {
  const given = optionalString(parameters, "SECRET_HASH");
  if (secret !== undefined && given === undefined) {
    throw notAuthorized(`Client ${id} is configured with secret but SECRET_HASH was not received`);
  }
  const right =
    secret &&
    createHmac("sha256", secret)
      .update(username + id)
      .digest("base64");
  if (given !== right) throw notAuthorized(`Unable to verify secret hash for client ${id}`);
}

function parameter(parameters: JsonObject, name: string): string {
  const value = optionalString(parameters, name);
  if (value === undefined || value === "") throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

const missingAttributes = (pool: UserPool, user: PoolUser): readonly string[] =>
  (pool.options.requiredAttributes ?? []).filter((name) => !user.attributes.get(name));

function attributeResponses(responses: JsonObject): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [name, value] of Object.entries(responses)) {
    if (name.startsWith(ATTRIBUTE_RESPONSE) && typeof value === "string")
      attributes.set(name.slice(ATTRIBUTE_RESPONSE.length), value);
  }
  return attributes;
}

const wrongPassword = (): ServiceError => notAuthorized("Incorrect username or password.");

export const signInActions: Readonly<Record<string, Action>> = {
  AdminInitiateAuth: signed("UserAuthentication", adminInitiateAuth),
  AdminRespondToAuthChallenge: signed("AdminRespondToAuthChallenge", adminRespond),
  InitiateAuth: unsigned("UserAuthentication", initiateAuth),
  RespondToAuthChallenge: unsigned("UserAuthentication", respondToAuthChallenge),
  GetUser: unsigned("UserRead", getUser),
};
