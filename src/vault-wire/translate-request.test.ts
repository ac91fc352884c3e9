import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Request as WireRequest } from "./gen/backend.ts";
import { wireRequest } from "./testing/plugin-under-test.ts";
import { isKnownOperation, translateRequest } from "./translate-request.ts";

const { signal } = new AbortController();
/** Through the bytes, as on the wire. */
const received = (request: Partial<WireRequest>) =>
  WireRequest.decode(WireRequest.encode(wireRequest(request)).finish());

describe("a request from the host", () => {
  test("says who asks for what", () => {
    const request = received({
      id: "9c4a",
      operation: "update",
      path: "roles/app",
      data: '{"ttl":"1h"}',
      mount_point: "cognito/",
      mount_type: "vault-plugin-secrets-cognito",
      display_name: "userpass-ann",
      entity_id: "e-1",
      client_token: "hmac",
      headers: { "X-Request-Source": { header: ["ci", "nightly"] } },
      connection: { remote_addr: "10.0.0.7", remote_port: 0, connection_state: undefined },
    });
    expect(translateRequest(request, "update", signal)).toEqual({
      id: "9c4a",
      operation: "update",
      path: "roles/app",
      data: { ttl: "1h" },
      mountPoint: "cognito/",
      mountType: "vault-plugin-secrets-cognito",
      displayName: "userpass-ann",
      entityId: "e-1",
      headers: { "X-Request-Source": ["ci", "nightly"] },
      remoteAddress: "10.0.0.7",
      unauthenticated: false,
      signal,
    });
  });

  test("a rollback carries nothing", () => {
    const request = translateRequest(received({ operation: "rollback", data: "null" }), "rollback", signal);
    expect(request).toMatchObject({ data: {}, headers: {}, remoteAddress: "" });
    expect(request).not.toHaveProperty("lease");
  });

  test("a renewal carries the lease as the host kept it", () => {
    const secret = {
      lease_id: "",
      internal_data: '{"secret_type":"user","username":"vault-1"}',
      lease_options: {
        TTL: 3_600_000_000_000n,
        MaxTTL: 86_400_000_000_000n,
        increment: 1_800_000_000_000n,
        renewable: true,
        issue_time: { seconds: 1_767_323_045n, nanos: 678_901_234 },
      },
    };
    expect(translateRequest(received({ operation: "renew", secret }), "renew", signal).lease).toEqual({
      internal: { secret_type: "user", username: "vault-1" },
      ttl: 3600,
      increment: 1800,
      issueTime: Date.parse("2026-01-02T03:04:05.678Z"),
    });
  });

  test("a lease without options or internal data is still a lease", () => {
    const secret = { lease_id: "", internal_data: "null", lease_options: undefined };
    const { lease } = translateRequest(received({ operation: "revoke", secret }), "revoke", signal);
    expect(lease).toEqual({ internal: {}, ttl: 0, increment: 0, issueTime: 0 });
  });

  test("any lease survives the wire", () => {
    const int64 = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
    const issueTime = fc.record({
      seconds: fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n }),
      nanos: fc.integer({ min: 0, max: 999_999_999 }),
    });
    fc.assert(
      fc.property(
        int64,
        int64,
        issueTime,
        fc.dictionary(fc.string(), fc.string()),
        (TTL, increment, time, internal) => {
          const lease_options = { TTL, increment, MaxTTL: 0n, renewable: true, issue_time: time };
          const secret = { lease_id: "", internal_data: JSON.stringify(internal), lease_options };
          const { lease } = translateRequest(received({ operation: "renew", secret }), "renew", signal);
          expect(lease?.internal).toEqual(JSON.parse(JSON.stringify(internal)));
          expect(lease?.ttl).toBeCloseTo(Number(TTL) / 1e9, 0);
          expect(lease?.increment).toBeCloseTo(Number(increment) / 1e9, 0);
          expect(lease?.issueTime).toBe(Number(time.seconds) * 1000 + Math.floor(time.nanos / 1e6));
        },
      ),
    );
  });

  test("any data survives the wire", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
        const text = JSON.stringify(data);
        fc.pre(!/\d{16}|[eE]\+?\d{3}/.test(text));
        expect(translateRequest(received({ data: text }), "update", signal).data).toEqual(JSON.parse(text));
      }),
    );
  });

  test("a header named like a prototype harms nothing", () => {
    const request = received({ headers: JSON.parse('{"__proto__":{"header":["x"]},"constructor":{"header":["y"]}}') });
    expect(translateRequest(request, "read", signal).headers["constructor"]).toEqual(["y"]);
    expect("header" in {}).toBeFalse();
  });
});

test("operations of newer hosts are not guessed at", () => {
  expect(["read", "recover", "rollback"].every(isKnownOperation)).toBeTrue();
  expect(["", "READ", "teleport", "toString"].some(isKnownOperation)).toBeFalse();
});
