import { expect } from "bun:test";
import { always, type Bench, type Fault } from "./fault.ts";

async function issueToken(bench: Bench, fields: object = {}) {
  expect(await bench.write("roles/machine", { ...bench.place.machineRole, ...fields })).toMatchObject({ status: 204 });
  return bench.read("creds/machine");
}

const scopesOf = ({ data }: { readonly data?: Readonly<Record<string, unknown>> }): unknown => {
  const [, claims = ""] = String(data?.access_token).split(".");
  return JSON.parse(Buffer.from(claims, "base64url").toString()).scope;
};

const lastTokenCall = ({ world, pool }: Bench) =>
  world.emulator.calls.findLast(({ action, poolId }) => action === "Token" && poolId === pool.id);

/** Fault 1. In process: src/cognito/token-endpoint.test.ts and token-endpoint-failure.test.ts. */
export const faultsOfTokens: readonly Fault[] = [
  {
    title: "1: an error of the token endpoint is handed out as if it were credentials",
    async goPlugin(bench) {
      bench.inject({
        match: { action: "Token" },
        fault: { kind: "error", type: "invalid_client", message: "unknown" },
      });
      const { status, body } = await issueToken(bench);
      expect(status).toBe(200);
      expect(body.data).toEqual({ error: "invalid_client", error_description: "unknown" });
    },
    async ours(bench) {
      bench.inject({
        match: { action: "Token" },
        fault: { kind: "error", type: "invalid_client", message: "unknown" },
      });
      const { status, body } = await issueToken(bench);
      expect(status).toBe(400);
      expect(body.errors?.join()).toContain("token request failed: invalid_client");
    },
  },
  {
    title: "1: a failed request to the token endpoint kills the plugin",
    async goPlugin(bench) {
      bench.inject({ match: { action: "Token", times: always }, fault: { kind: "reset", takesEffect: false } });
      await bench.kills(async () => expect(await issueToken(bench)).toMatchObject({ status: 500 }));
    },
    async ours(bench) {
      await bench.write("config", { max_retries: 0 });
      bench.inject({ match: { action: "Token", times: always }, fault: { kind: "reset", takesEffect: false } });
      const before = bench.processes();
      const { status, body } = await issueToken(bench);
      expect(status).toBe(500);
      expect(body.errors?.join()).toContain("token request");
      expect(bench.processes()).toEqual(before);
    },
  },
  {
    title: "1: client_id and grant_type travel in the query string, where proxies log them",
    async goPlugin(bench) {
      expect(await issueToken(bench)).toMatchObject({ status: 200 });
      expect(lastTokenCall(bench)?.details).toMatchObject({ parameters: "query" });
    },
    async ours(bench) {
      expect(await issueToken(bench)).toMatchObject({ status: 200 });
      expect(lastTokenCall(bench)?.details).toMatchObject({ parameters: "body" });
    },
  },
  {
    title: "1: a token cannot be held to a scope",
    async goPlugin(bench) {
      const { body } = await issueToken(bench, { scopes: "api/read" });
      expect(scopesOf(body)).toBe("api/read api/write");
    },
    async ours(bench) {
      const { body } = await issueToken(bench, { scopes: "api/read" });
      expect(scopesOf(body)).toBe("api/read");
    },
  },
  {
    title: "1: a token endpoint that does not answer is waited for without end",
    async goPlugin(bench) {
      const hang = bench.inject({ match: { action: "Token", times: always }, fault: { kind: "hang" } });
      const waiting = issueToken(bench);
      // A sign of no end, not the end: the server itself gives up after 90 seconds.
      expect(await Promise.race([waiting.then(() => "an answer"), Bun.sleep(3000).then(() => "none")])).toBe("none");
      hang.remove();
      expect(await waiting).toMatchObject({ status: 200 });
    },
    async ours(bench) {
      await bench.write("config", { request_timeout: "1s", max_retries: 0 });
      bench.inject({ match: { action: "Token", times: always }, fault: { kind: "hang" } });
      const { status, body } = await issueToken(bench);
      expect(status).toBe(500);
      expect(body.errors?.join()).toContain("token request");
    },
  },
];
