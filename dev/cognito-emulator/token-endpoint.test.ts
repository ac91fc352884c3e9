import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { type AppClient, type CognitoEmulator, startCognitoEmulator, type UserPool } from "./index.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

let emulator: CognitoEmulator;
let pool: UserPool;
let client: AppClient;

beforeEach(async () => {
  emulator = await startCognitoEmulator({ clock: { now: () => NOW } });
  pool = emulator.createPool({
    domain: "orders",
    resourceServers: [{ identifier: "orders", scopes: ["read", "write"] }],
  });
  client = pool.createClient({
    secret: true,
    oauthFlows: ["client_credentials"],
    scopes: ["orders/read", "orders/write"],
    accessTokenSeconds: 1800,
  });
});

afterEach(() => emulator.close());

interface TokenRequest {
  readonly form?: Record<string, string>;
  readonly basic?: readonly [id: string, secret: string];
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

const ask = ({ form = {}, basic, path = "/oauth2/token", headers = {} }: TokenRequest) =>
  fetch(emulator.url + path, {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(basic && { authorization: `Basic ${btoa(basic.join(":"))}` }),
      ...headers,
    },
    body: new URLSearchParams(form),
  });

const inHeader = (form: Record<string, string> = {}): TokenRequest => ({
  form: { grant_type: "client_credentials", ...form },
  basic: [client.id, client.secret ?? ""],
});

const refused = async (request: TokenRequest) => {
  const answer = await ask(request);
  return [answer.status, await answer.json()];
};

test("a client gets a token for itself, with all its scopes, that verifies", async () => {
  const answer = await ask(inHeader());
  expect(answer.status).toBe(200);
  const body = (await answer.json()) as {
    readonly access_token: string;
    readonly expires_in: number;
    readonly token_type: string;
  };
  expect(body).toEqual({ access_token: expect.any(String), expires_in: 1800, token_type: "Bearer" });
  const keys = createRemoteJWKSet(new URL(`${emulator.url}/${pool.id}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(body.access_token, keys, { issuer: pool.issuer, currentDate: new Date(NOW) });
  expect(payload).toMatchObject({
    sub: client.id,
    client_id: client.id,
    token_use: "access",
    scope: "orders/read orders/write",
    version: 2,
    exp: NOW / 1000 + 1800,
  });
  expect(payload).not.toHaveProperty("username");
  expect(emulator.secretsSeen()).toEqual(
    expect.arrayContaining([body.access_token, client.secret ?? "", btoa(`${client.id}:${client.secret}`)]),
  );
});

test("fewer scopes may be asked for, others not", async () => {
  const answer = await ask(inHeader({ scope: "orders/write" }));
  const { access_token } = (await answer.json()) as { readonly access_token: string };
  expect(decodeJwt(access_token)["scope"]).toBe("orders/write");
  expect(await refused(inHeader({ scope: "orders/read orders/delete" }))).toEqual([400, { error: "invalid_scope" }]);
});

test("the secret may stand in the body, but not in both places", async () => {
  const form = { grant_type: "client_credentials", client_id: client.id, client_secret: client.secret ?? "" };
  expect((await ask({ form })).status).toBe(200);
  expect(emulator.calls.at(-1)).toMatchObject({
    action: "Token",
    clientId: client.id,
    poolId: pool.id,
    details: { authentication: "in_params" },
  });
  expect(await refused({ form, basic: [client.id, client.secret ?? ""] })).toEqual([400, { error: "invalid_request" }]);
});

test("the Go plugin's request, with grant and client in the query string, is answered and can be told apart", async () => {
  const answer = await ask({
    path: `/oauth2/token?grant_type=client_credentials&client_id=${client.id}`,
    basic: [client.id, client.secret ?? ""],
  });
  expect(answer.status).toBe(200);
  expect(emulator.calls.at(-1)?.details).toMatchObject({ parameters: "query", authentication: "in_header" });
});

describe("refused is", () => {
  test("a wrong secret, an unknown client, a client without a secret", async () => {
    const wrong = [400, { error: "invalid_client" }];
    const form = { grant_type: "client_credentials" };
    expect(await refused({ form, basic: [client.id, "wrong"] })).toEqual(wrong);
    expect(await refused({ form, basic: ["nobody", "wrong"] })).toEqual(wrong);
    expect(await refused({ form: { ...form, client_id: pool.createClient().id } })).toEqual(wrong);
  });

  test("a client that is not set up for the grant", async () => {
    const other = pool.createClient({ secret: true, oauthFlows: ["code"] });
    expect(
      await refused({ form: { grant_type: "client_credentials" }, basic: [other.id, other.secret ?? ""] }),
    ).toEqual([400, { error: "unauthorized_client" }]);
  });

  test("another grant, none, no client, another method or content type", async () => {
    const basic = [client.id, client.secret ?? ""] as const;
    expect(await refused({ form: { grant_type: "password" }, basic })).toEqual([
      400,
      { error: "unsupported_grant_type" },
    ]);
    expect(await refused({ basic })).toEqual([400, { error: "invalid_request" }]);
    expect(await refused({ form: { grant_type: "client_credentials" } })).toEqual([400, { error: "invalid_request" }]);
    expect(await refused({ ...inHeader(), headers: { "content-type": "application/json" } })).toEqual([
      400,
      { error: "invalid_request" },
    ]);
    expect((await fetch(`${emulator.url}/oauth2/token?grant_type=client_credentials`)).status).toBe(405);
  });
});

test("pools share one port, and a domain named by host or path leads to its own clients only", async () => {
  const other = emulator.createPool({ domain: "billing" });
  const foreign = other.createClient({ secret: true, oauthFlows: ["client_credentials"] });
  const as = (asked: AppClient, more: TokenRequest) =>
    ask({ ...inHeader(), basic: [asked.id, asked.secret ?? ""], ...more });
  expect((await as(foreign, {})).status).toBe(200);
  expect((await as(foreign, { path: "/billing/oauth2/token" })).status).toBe(200);
  expect((await as(foreign, { path: "/orders/oauth2/token" })).status).toBe(400);
  const host = (name: string) => ({ headers: { host: name } });
  expect((await as(client, host("orders.auth.eu-west-1.amazoncognito.com"))).status).toBe(200);
  expect((await as(client, host("billing.auth.eu-west-1.amazoncognito.com"))).status).toBe(400);
  expect((await as(client, host("orders.auth.us-east-1.amazoncognito.com"))).status).toBe(404);
});

test("the pool's configuration names its issuer and keys", async () => {
  const answer = await fetch(`${emulator.url}/${pool.id}/.well-known/openid-configuration`);
  expect(await answer.json()).toMatchObject({
    issuer: pool.issuer,
    jwks_uri: `${pool.issuer}/.well-known/jwks.json`,
    token_endpoint: "https://orders.auth.eu-west-1.amazoncognito.com/oauth2/token",
  });
  expect((await fetch(`${emulator.url}/eu-west-1_nowhere/.well-known/jwks.json`)).status).toBe(404);
});
