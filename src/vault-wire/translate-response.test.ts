import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { JsonObject } from "../framework/json.ts";
import type { Response } from "../framework/response.ts";
import { HandleRequestReply } from "./gen/backend.ts";
import { UnencodableError } from "./json-text.ts";
import { readAsHost } from "./testing/read-as-host.ts";
import { translateResponse } from "./translate-response.ts";

const now = Date.parse("2026-01-02T03:04:05.678Z");
/** Through the bytes, as on the wire. */
const arrived = (response: Response) => {
  const bytes = HandleRequestReply.encode({ response: translateResponse(response, now), err: undefined }).finish();
  const reply = HandleRequestReply.decode(bytes);
  expect(readAsHost(reply)).toEqual({ status: 200, error: undefined });
  if (reply.response === undefined) throw new Error("the response got lost");
  return reply.response;
};

describe("a response to the host", () => {
  test("even an empty one has data to parse", () => {
    expect(arrived({})).toMatchObject({ data: "null", secret: undefined, auth: undefined, wrap_info: undefined });
    expect(arrived({ data: {} }).data).toBe("{}");
  });

  test("data and warnings", () => {
    const response = arrived({ data: { keys: ["a", "b/"] }, warnings: ["ttl capped", "deprecated"] });
    expect(JSON.parse(response.data)).toEqual({ keys: ["a", "b/"] });
    expect(response.warnings).toEqual(["ttl capped", "deprecated"]);
  });

  test("a secret with its lease in nanoseconds and a time of issue", () => {
    const internal = { secret_type: "user", username: "vault-1" };
    const { secret } = arrived({ secret: { internal, lease: { ttl: 3600, maxTtl: 86_400, renewable: true } } });
    expect(secret?.lease_options).toEqual({
      TTL: 3_600_000_000_000n,
      MaxTTL: 86_400_000_000_000n,
      renewable: true,
      increment: 0n,
      issue_time: { seconds: BigInt(Math.floor(now / 1000)), nanos: 678_000_000 },
    });
    expect(JSON.parse(secret?.internal_data ?? "")).toEqual(internal);
  });

  test("a lease of zeros keeps its options: the mount's limits then count", () => {
    const { secret } = arrived({ secret: { internal: {}, lease: { ttl: 0, maxTtl: 0, renewable: false } } });
    expect(secret?.lease_options).toMatchObject({ TTL: 0n, MaxTTL: 0n, renewable: false });
    expect(secret?.lease_options?.issue_time).toBeDefined();
  });

  test("any response survives the wire", () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => value as JsonObject);
    const ttl = fc.integer({ min: 0, max: 9_000_000_000 });
    fc.assert(
      fc.property(
        object,
        object,
        ttl,
        fc.boolean(),
        fc.array(fc.string()),
        (data, internal, ttl, renewable, warnings) => {
          fc.pre(!("error" in data && Object.keys(data).length === 1));
          const response = arrived({ data, warnings, secret: { internal, lease: { ttl, maxTtl: ttl, renewable } } });
          expect(JSON.parse(response.data)).toEqual(JSON.parse(JSON.stringify(data)));
          expect(JSON.parse(response.secret?.internal_data ?? "")).toEqual(JSON.parse(JSON.stringify(internal)));
          expect(response.secret?.lease_options?.TTL).toBe(BigInt(ttl) * 1_000_000_000n);
          expect(response.warnings).toEqual(warnings.map((warning) => warning.toWellFormed()));
        },
      ),
    );
  });

  const lease = { ttl: 1, maxTtl: 1, renewable: true };
  test.each<[string, unknown]>([
    ["null", null],
    ["a text", "text"],
    ["data that is a list", { data: [] }],
    ["data that is null", { data: null }],
    ["a bigint", { data: { n: 1n } }],
    ["internal data that is missing", { secret: { lease } }],
    ["a number for a warning", { warnings: [1] }],
    ["a text for warnings", { warnings: "capped" }],
  ])("%s is refused", (_, response) => {
    expect(() => translateResponse(response as Response, now)).toThrow(UnencodableError);
  });

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])("a ttl of %p is refused", (ttl) => {
    const response = { secret: { internal: {}, lease: { ...lease, ttl } } };
    expect(() => translateResponse(response, now)).toThrow(RangeError);
  });
});
