import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import {
  type AppClient,
  type CognitoEmulator,
  type Fault,
  startCognitoEmulator,
} from "../../dev/cognito-emulator/index.ts";
import { ManualClock } from "../framework/testing/manual-clock.ts";
import { requestMilliseconds, startBudget } from "./request-budget.ts";
import { RequestLimits } from "./request-limits.ts";
import { everythingIn, failureOf } from "./testing/user-making.ts";
import { requestToken, type TokenRequest } from "./token-endpoint.ts";

let clock: ManualClock;
let aws: CognitoEmulator;
let client: AppClient;

beforeEach(async () => {
  clock = new ManualClock();
  aws = await startCognitoEmulator({ clock });
  const pool = aws.createPool({ resourceServers: [{ identifier: "api", scopes: ["read"] }] });
  client = pool.createClient({ secret: true, oauthFlows: ["client_credentials"], scopes: ["api/read"] });
});
afterEach(() => aws.close());

interface Asking {
  readonly maxRetries?: number;
  readonly callTimeout?: number;
  readonly caller?: AbortSignal;
}

function ask(over: Partial<TokenRequest> = {}, { maxRetries = 2, callTimeout = 30_000, caller }: Asking = {}) {
  const request: TokenRequest = {
    domain: aws.url,
    clientId: client.id,
    clientSecret: client.secret ?? "",
    scopes: ["api/read"],
    authStyle: "in_header",
    ...over,
  };
  const requestLimits = new RequestLimits(clock);
  const settings = { clock, random: randomBytes, maxRetries, fetch, callTimeout, requestLimits, owner: aws };
  return clock.settle(requestToken(settings, request, startBudget(clock, requestMilliseconds, caller)));
}

const strike = (fault: Fault, times = Number.POSITIVE_INFINITY) =>
  aws.faults.add({ match: { action: "Token", times }, fault });

test("Cognito's endpoint gives a token to a client in the header and to one in the body", async () => {
  for (const authStyle of ["in_header", "in_params"] as const) {
    expect(await ask({ authStyle })).toMatchObject({ tokenType: "Bearer", expiresIn: 3600 });
  }
});

test("Cognito's endpoint refuses a wrong secret and a foreign scope by their codes", async () => {
  expect((await failureOf(ask({ clientSecret: "wrong" }))).message).toStartWith("token request failed: invalid_client");
  expect((await failureOf(ask({ scopes: ["api/write"] }))).message).toStartWith("token request failed: invalid_");
});

describe("on a network that fails", () => {
  for (const [fault, sentence] of [
    [{ kind: "html", status: 503 }, "the token endpoint answered HTTP 503; try again later"],
    [{ kind: "reset", takesEffect: false }, "no usable answer from the token endpoint (ECONNRESET); try again later"],
    [{ kind: "throttle" }, "the token endpoint throttles this account; try again later"],
  ] as const) {
    test(`a token is asked for again after ${JSON.stringify(fault)}`, async () => {
      strike(fault, 2);
      expect((await ask()).accessToken).toBeString();

      const lasting = strike(fault);
      const error = await failureOf(ask());
      expect(error.message).toBe(`token request failed: ${sentence}`);
      expect(lasting.struck).toBe(3);
      expect(everythingIn(error)).not.toContain(client.secret ?? "no secret");
    });
  }

  for (const [fault, sentence] of [
    [{ kind: "truncated" }, "the answer of the token endpoint is not a token; check cognito_pool_domain of the role"],
    [{ kind: "oversized" }, "the answer of the token endpoint is not a token: it is too large"],
  ] as const) {
    test(`a token is not asked for again after ${JSON.stringify(fault)}: one may have been issued`, async () => {
      const lasting = strike(fault);
      expect((await failureOf(ask())).message).toBe(`token request failed: ${sentence}`);
      expect(lasting.struck).toBe(1);
    });
  }

  test("an endpoint that hangs is given up after request_timeout", async () => {
    const hanging = strike({ kind: "hang" });
    const failure = failureOf(ask({}, { maxRetries: 0, callTimeout: 5_000 }));
    await hanging.met();
    clock.advance({ seconds: 5 });
    expect((await failure).message).toBe(
      "token request failed: no usable answer from the token endpoint (Timeout); try again later",
    );
  });

  test("a caller who goes ends the request, and is its cause: an operator is told of slow endpoints only", async () => {
    const hanging = strike({ kind: "hang" });
    const caller = new AbortController();
    const failure = failureOf(ask({}, { caller: caller.signal }));
    await hanging.met();
    const gone = new DOMException("the host no longer waits for an answer", "AbortError");
    caller.abort(gone);
    expect(await failure).toMatchObject({
      message: "token request failed: the time of this request is over",
      cause: gone,
    });
  });

  test("an endpoint that nobody listens at is named after seconds", async () => {
    const began = clock.now();
    expect((await failureOf(ask({ domain: "http://127.0.0.1:1" }, { maxRetries: -1 }))).message).toBe(
      "token request failed: no connection to the token endpoint (ECONNREFUSED); check cognito_pool_domain of the role and the server's proxy settings",
    );
    expect(clock.now() - began).toBeLessThan(10_000);
  });
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect (${status}) is not followed: the secret would go along`, async () => {
    const stranger = await startCognitoEmulator();
    try {
      strike({ kind: "redirect", location: `${stranger.url}/oauth2/token`, status });
      const error = await failureOf(ask());
      expect([error.name, error.message]).toEqual([
        "UserError",
        "token request failed: the token endpoint answered a redirect, which is not followed; check cognito_pool_domain of the role",
      ]);
      expect(stranger.calls).toEqual([]);
    } finally {
      await stranger.close();
    }
  });
}
