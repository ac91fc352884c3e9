import { InternalError, isJsonObject, type Json, RateLimitedError, UserError } from "../framework/index.ts";
import { tokenEndpointUrl } from "./cognito-domain.ts";
import type { Fetch } from "./fetch.ts";
import { networkFailure } from "./network-failure.ts";
import { readBody, TooLargeError } from "./read-body.ts";
import { type Budget, isSpent } from "./request-budget.ts";
import type { Reception } from "./request-limit.ts";
import type { RequestLimits } from "./request-limits.ts";
import { clientAuthentication } from "./request-quotas.ts";
import { type RetryAdvice, type RetryPolicy, withRetries } from "./retry.ts";
import { refusedTokenRequest } from "./token-error.ts";

export interface TokenRequest {
  /** cognito_pool_domain: a host name or an https URL. */
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Empty: all that the client may have. */
  readonly scopes: readonly string[];
  readonly authStyle: "in_header" | "in_params";
}

export interface TokenEndpointSettings extends RetryPolicy {
  readonly fetch: Fetch;
  /** Milliseconds that one send may take. */
  readonly callTimeout: number;
  readonly requestLimits: RequestLimits;
  /** The mount. */
  readonly owner: object;
}

export interface AccessToken {
  readonly accessToken: string;
  readonly tokenType: string;
  /** Seconds. */
  readonly expiresIn: number;
}

type Result =
  | { readonly ok: true; readonly token: AccessToken }
  | { readonly ok: false; readonly error: UserError | InternalError; readonly advice: RetryAdvice };

const largestAnswer = 1024 * 1024;
/** Seconds; Cognito's own tokens live a day at most. No host could keep a lease of 1e400 seconds. */
const longestLife = 2 ** 31 - 1;

/**
 * A token by the client credentials grant (RFC 6749 §4.4). Rejects with UserError when the endpoint refuses, with
 * RateLimitedError when it throttles, and with InternalError when no usable answer came.
 */
export async function requestToken(
  settings: TokenEndpointSettings,
  request: TokenRequest,
  budget: Budget,
): Promise<AccessToken> {
  const url = tokenEndpointUrl(request.domain);
  const result = await withRetries(
    settings,
    budget,
    () => send(settings, url, request, budget),
    (sent) => (sent.ok ? "never" : sent.advice),
  );
  if (!result.ok) throw result.error;
  return result.token;
}

async function send(
  { fetch, clock, callTimeout, requestLimits, owner }: TokenEndpointSettings,
  url: URL,
  request: TokenRequest,
  budget: Budget,
): Promise<Result> {
  if (isSpent(budget, clock)) return outOfTime(budget);
  // Which account and region a domain belongs to is not known here.
  const limit = requestLimits.of("token endpoint", url.host, clientAuthentication);
  if (!(await limit.admit({ owner, urgent: false }, budget))) {
    return budget.signal.aborted ? outOfTime(budget) : { ok: false, error: throttled(), advice: "never" };
  }
  const sentAt = clock.now();
  const signal = AbortSignal.any([budget.signal, clock.timeout(callTimeout)]);
  try {
    const response = await fetch(url, { ...httpRequest(request), redirect: "manual", signal });
    limit.note(receptionOf(response.status), sentAt);
    return resultOf(response.status, new TextDecoder().decode(await readBody(response, largestAnswer)), request);
  } catch (error) {
    return budget.signal.aborted ? outOfTime(budget) : resultOfThrown(error);
  }
}

function httpRequest({ clientId, clientSecret, scopes, authStyle }: TokenRequest) {
  const body = new URLSearchParams({ grant_type: "client_credentials" });
  if (scopes.length > 0) body.set("scope", scopes.join(" "));
  const headers = new Headers({ accept: "application/json", "content-type": "application/x-www-form-urlencoded" });
  if (authStyle === "in_header") {
    headers.set("authorization", `Basic ${basicCredentials(clientId, clientSecret)}`);
  } else {
    body.set("client_id", clientId);
    body.set("client_secret", clientSecret);
  }
  return { method: "POST", headers, body: body.toString() };
}

/** RFC 6749 §2.3.1: both parts are form-urlencoded before they are joined, or a colon in them would move the border. */
function basicCredentials(clientId: string, clientSecret: string): string {
  return Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString("base64");
}

function formEncoded(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

function resultOf(status: number, text: string, { clientId, clientSecret }: TokenRequest): Result {
  const body = parsed(text);
  if (status === 200) return tokenIn(body);
  if (status === 400 || status === 401) {
    const secrets = [clientSecret, formEncoded(clientSecret), basicCredentials(clientId, clientSecret)];
    return { ok: false, error: refusedTokenRequest(status, body, secrets), advice: "never" };
  }
  if (status === 429) return { ok: false, error: throttled(), advice: "retry" };
  if (status >= 500) return failed(`the token endpoint answered HTTP ${status}; try again later`, "retry");
  // Status 0 is how browsers' fetch reports a redirect that it did not follow.
  const answer =
    status === 0 || (status >= 300 && status < 400) ? "a redirect, which is not followed" : `HTTP ${status}`;
  return {
    ok: false,
    error: new UserError(
      `token request failed: the token endpoint answered ${answer}; check cognito_pool_domain of the role`,
    ),
    advice: "never",
  };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function tokenIn(body: Json): Result {
  const { access_token, token_type, expires_in } = isJsonObject(body) ? body : {};
  const complete =
    typeof access_token === "string" &&
    access_token !== "" &&
    typeof token_type === "string" &&
    token_type !== "" &&
    typeof expires_in === "number" &&
    expires_in >= 1 &&
    expires_in <= longestLife;
  // Not sent again: the endpoint may have issued, and billed, the token that is missing here.
  if (!complete)
    return failed("the answer of the token endpoint is not a token; check cognito_pool_domain of the role", "never");
  return { ok: true, token: { accessToken: access_token, tokenType: token_type, expiresIn: Math.floor(expires_in) } };
}

function resultOfThrown(error: unknown): Result {
  if (error instanceof TooLargeError)
    return failed("the answer of the token endpoint is not a token: it is too large", "never");
  const { kind, code } = networkFailure(error);
  switch (kind) {
    case "unavailable":
      return failed(`no usable answer from the token endpoint (${code}); try again later`, "retry");
    case "unreachable":
      return failed(
        `no connection to the token endpoint (${code}); check cognito_pool_domain of the role and the server's proxy settings`,
        "unreachable",
      );
    case "untrusted":
      return failed(
        `the certificate of the token endpoint is not trusted (${code}); name its CA in SSL_CERT_FILE or AWS_CA_BUNDLE, as a file that the plugin can read`,
        "never",
      );
    case "unexpected":
      return failed(`the token endpoint could not be asked (${code})`, "never");
  }
}

function receptionOf(status: number): Reception {
  if (status === 429) return "throttled";
  return status < 500 ? "accepted" : "unknown";
}

function throttled(): RateLimitedError {
  return new RateLimitedError("token request failed: the token endpoint throttles this account; try again later");
}

/** The reason is the error's cause, by which the log tells a caller who went from an endpoint that is slow. */
function outOfTime({ signal }: Budget): Result {
  return failed("the time of this request is over", "never", signal.reason);
}

function failed(problem: string, advice: RetryAdvice, cause?: unknown): Result {
  return { ok: false, error: new InternalError(`token request failed: ${problem}`, { cause }), advice };
}
