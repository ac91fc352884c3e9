import type { AppClient } from "./app-client.ts";
import { type Identifiers, keyIdFor } from "./identifiers.ts";
import type { JsonObject } from "./json.ts";
import type { PoolUser } from "./pool-user.ts";
import type { RefreshGrant } from "./sign-in-state.ts";
import { signJwt } from "./signing-key.ts";
import type { UserPool } from "./user-pool.ts";

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** AuthenticationResult for a signed-in user, without the refresh token. */
export function userTokens(
  pool: UserPool,
  client: AppClient,
  user: PoolUser,
  grant: RefreshGrant,
  identifiers: Identifiers,
  now: number,
): JsonObject {
  pool.runTrigger("PreTokenGeneration");
  const groups = groupsClaim(pool, user);
  const common = {
    sub: user.sub,
    ...groups,
    iss: pool.issuer,
    origin_jti: grant.originId,
    event_id: identifiers.uuid(),
    auth_time: seconds(grant.issuedAt),
    iat: seconds(now),
  };
  const access = signJwt(keyIdFor(pool.id), {
    ...common,
    client_id: client.id,
    token_use: "access",
    scope: "aws.cognito.signin.user.admin",
    exp: seconds(now) + client.accessTokenSeconds,
    jti: identifiers.uuid(),
    username: user.username,
  });
  const id = signJwt(keyIdFor(pool.id), {
    ...common,
    ...attributeClaims(user),
    "cognito:username": user.username,
    aud: client.id,
    token_use: "id",
    exp: seconds(now) + client.idTokenSeconds,
    jti: identifiers.uuid(),
  });
  return { AccessToken: access, ExpiresIn: client.accessTokenSeconds, TokenType: "Bearer", IdToken: id };
}

/** Access token of the client credentials grant: the client is its own subject. */
export function clientToken(
  pool: UserPool,
  client: AppClient,
  scopes: readonly string[],
  identifiers: Identifiers,
  now: number,
): string {
  return signJwt(keyIdFor(pool.id), {
    sub: client.id,
    token_use: "access",
    scope: scopes.join(" "),
    auth_time: seconds(now),
    iss: pool.issuer,
    exp: seconds(now) + client.accessTokenSeconds,
    iat: seconds(now),
    version: 2,
    jti: identifiers.uuid(),
    client_id: client.id,
  });
}

/** Sorted as Cognito prefers them: the lowest precedence number first. */
function groupsClaim(pool: UserPool, user: PoolUser): JsonObject {
  if (user.groups.size === 0) return {};
  const precedence = (name: string) => pool.group(name).precedence ?? Number.MAX_SAFE_INTEGER;
  return { "cognito:groups": [...user.groups].sort((a, b) => precedence(a) - precedence(b)) };
}

function attributeClaims(user: PoolUser): JsonObject {
  const claims: Record<string, string | boolean> = {};
  for (const [name, value] of user.attributes) {
    claims[name] = name.endsWith("_verified") ? value === "true" : value;
  }
  return claims;
}
