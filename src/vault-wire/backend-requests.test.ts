import { describe, expect, test } from "bun:test";
import * as grpc from "@grpc/grpc-js";
import type { Request } from "../framework/request.ts";
import { getJson, putJson } from "../framework/storage.ts";
import { failureOf } from "./testing/failure-of.ts";
import { vaultStorage } from "./testing/host-services.ts";
import { backendOf, PluginUnderTest } from "./testing/plugin-under-test.ts";

/** Answers every request with its data. */
const echo = () => backendOf({ handle: async ({ data }) => ({ data }) });

describe("requests", () => {
  test("no answer is no response and no error: 204 or 404 by operation", async () => {
    using plugin = await PluginUnderTest.start(() => backendOf({}));
    await plugin.mount("a");
    const nothing = { response: undefined, err: undefined };
    expect(await plugin.handle("a", { operation: "delete" })).toEqual(nothing);
    expect(await plugin.handle("a", { operation: "revoke" })).toEqual(nothing);
  });

  test("a lease goes to the host and comes back for renewal as the backend wrote it", async () => {
    const seen: Request[] = [];
    using plugin = await PluginUnderTest.start(() =>
      backendOf({
        handle: async (request) => {
          seen.push(request);
          const internal = request.lease?.internal ?? { secret_type: "user", username: "vault-1" };
          return {
            data: { username: "vault-1" },
            secret: { internal, lease: { ttl: 60, maxTtl: 90, renewable: true } },
          };
        },
      }),
    );
    await plugin.mount("a");
    const issued = await plugin.handle("a", { operation: "read", path: "creds/app" });
    const secret = issued.response?.secret;
    expect(secret?.lease_options).toMatchObject({ TTL: 60_000_000_000n, MaxTTL: 90_000_000_000n, renewable: true });
    const renewed = await plugin.handle("a", { operation: "renew", path: "creds/app", secret });
    expect(seen[1]?.lease).toMatchObject({ internal: { secret_type: "user", username: "vault-1" }, ttl: 60 });
    expect(renewed.response?.secret?.internal_data).toBe(secret?.internal_data);
    expect(renewed.response?.secret?.lease_options?.issue_time).toBeDefined();
  });

  test("five megabytes go through in both directions", async () => {
    using plugin = await PluginUnderTest.start(
      (mount) =>
        backendOf({
          handle: async ({ data }) => {
            await putJson(mount.storage, "large", data);
            return { data: { length: JSON.stringify(await getJson(mount.storage, "large")).length } };
          },
        }),
      { host: { storage: vaultStorage(new Map()) } },
    );
    await plugin.mount("a");
    const data = JSON.stringify({ text: "x".repeat(5_000_000) });
    const { response } = await plugin.handle("a", { operation: "update", data });
    expect(response?.data).toBe(`{"length":${data.length}}`);
  });

  test.each([
    ["data that is no JSON", { data: "{password: hunter2" }],
    ["data that is a list", { data: '["hunter2"]' }],
    ["a lease without JSON", { secret: { internal_data: "hunter2", lease_id: "", lease_options: undefined } }],
  ])("%s is refused without a quote", async (_, request) => {
    using plugin = await PluginUnderTest.start(echo);
    await plugin.mount("a");
    const refused: unknown = await plugin.handle("a", { operation: "renew", ...request }).catch((error) => error);
    expect(refused).toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
    expect(String(refused)).not.toContain("hunter2");
    expect(plugin.logger.text()).not.toContain("hunter2");
  });

  test("a call without a request, and an operation of a newer host, harm nobody", async () => {
    using plugin = await PluginUnderTest.start(echo);
    await plugin.mount("a");
    const { backend } = plugin;
    const args = { storage_id: 0, request: undefined };
    expect((await failureOf(plugin.call(backend.handleRequest.bind(backend), "a", args))).message).toContain(
      "carries no request",
    );
    expect((await failureOf(plugin.call(backend.handleExistenceCheck.bind(backend), "a", args))).message).toContain(
      "no request",
    );
    expect((await plugin.handle("a", { operation: "teleport" })).err).toMatchObject({ err_type: 5 });
    expect(await plugin.exists("a", { operation: "teleport" })).toMatchObject({ check_found: false, err: undefined });
  });

  test.each([
    [true, { check_found: true, exists: true }],
    [false, { check_found: true, exists: false }],
    [undefined, { check_found: false, exists: false }],
  ])("existence %p tells create from update", async (exists, expected) => {
    using plugin = await PluginUnderTest.start(() => backendOf({ exists: async () => exists }));
    await plugin.mount("a");
    expect(await plugin.exists("a", { path: "roles/app" })).toEqual({ ...expected, err: undefined });
  });
});
