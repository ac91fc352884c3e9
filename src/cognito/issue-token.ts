import { type Response, UserError } from "../framework/index.ts";
import { untilAborted } from "./aws-call.ts";
import type { Engine } from "./engine.ts";
import { requestMilliseconds, startBudget } from "./request-budget.ts";
import type { Role } from "./role.ts";
import { checkScopes } from "./scopes.ts";
import type { TokenSecret } from "./secret-token.ts";
import { type HeldToken, longestMinimum } from "./token-cache.ts";
import { requestToken, type TokenRequest } from "./token-endpoint.ts";

export interface TokenWish {
  /** Name of the role. */
  readonly name: string;
  readonly role: Role;
  /** Undefined: the role's. */
  readonly scopes: readonly string[] | undefined;
  readonly minimumSeconds: number | undefined;
  readonly signal: AbortSignal;
}

/** An access token for a machine: from the token endpoint, or one that callers of the role share. */
export async function issueToken(engine: Engine, secret: TokenSecret, wish: TokenWish): Promise<Response> {
  const { name, role, signal } = wish;
  const minimumSeconds = wish.minimumSeconds ?? role.minimum_seconds;
  const request = tokenRequest(role, allowedScopes(role, wish.scopes));
  const { token, secondsLeft } = role.cache_tokens
    ? await untilAborted(
        engine.tokens.get(name, request, minimumSeconds, () => obtain(engine, request, undefined)),
        signal,
      )
    : await obtainUnshared(engine, request, signal);

  const data = { access_token: token.accessToken, expires_in: secondsLeft, token_type: token.tokenType };
  const warnings = shortLife(role, token.expiresIn, minimumSeconds);
  if (!role.token_lease) return { data, warnings };
  // Where nothing is left, after an endless wait or a leap of the clock: 0 would be as long as the mount allows.
  const ttl = Math.max(1, secondsLeft);
  return secret.issue({ data, internal: { role: name }, ttl, maxTtl: ttl, warnings });
}

async function obtainUnshared(engine: Engine, request: TokenRequest, signal: AbortSignal): Promise<HeldToken> {
  const token = await obtain(engine, request, signal);
  return { token, secondsLeft: token.expiresIn };
}

async function obtain({ aws, mount, surroundings }: Engine, request: TokenRequest, signal: AbortSignal | undefined) {
  const { clock } = mount;
  const { config } = await aws.get();
  const settings = {
    ...surroundings,
    clock,
    owner: mount,
    maxRetries: config.max_retries,
    callTimeout: config.request_timeout * 1000,
  };
  return requestToken(settings, request, startBudget(clock, requestMilliseconds, signal));
}

function tokenRequest(role: Role, scopes: readonly string[]): TokenRequest {
  return {
    domain: role.cognito_pool_domain,
    clientId: role.app_client_id,
    clientSecret: role.app_client_secret,
    scopes: [...new Set(scopes)],
    authStyle: role.auth_style === "in_params" ? "in_params" : "in_header",
  };
}

function allowedScopes(role: Role, wanted: readonly string[] | undefined): readonly string[] {
  if (wanted === undefined || wanted.length === 0) return role.scopes;
  checkScopes(wanted);
  const refused = wanted.filter((scope) => role.scopes.length > 0 && !role.scopes.includes(scope));
  if (refused.length > 0) {
    throw new UserError(`scopes of this role are ${role.scopes.join(", ")}; it does not give ${refused.join(", ")}`);
  }
  return wanted;
}

function shortLife({ cache_tokens }: Role, expiresIn: number, minimumSeconds: number): readonly string[] {
  const possible = cache_tokens ? longestMinimum(expiresIn, minimumSeconds) : expiresIn;
  if (possible >= minimumSeconds) return [];
  return [
    cache_tokens
      ? `minimum_seconds was taken as ${possible}: tokens of this app client live ${expiresIn} seconds, and half of that is the most that shared ones can promise`
      : `the token lives ${expiresIn} seconds, less than the ${minimumSeconds} of minimum_seconds: set a longer life on the app client`,
  ];
}
