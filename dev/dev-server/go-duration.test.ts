import { expect, test } from "bun:test";
import { formatSeconds, parseSeconds } from "./go-duration.ts";
import { grantTtl } from "./lease-ttl.ts";

test.each([
  [60, 60],
  ["60", 60],
  ["1h30m", 5400],
  ["1.5h", 5400],
  ["2d", 172_800],
  ["1500ms", 1],
  ["", 0],
  ["-5s", -5],
  ["soon", undefined],
  ["1 h", undefined],
  [null, undefined],
  [{}, undefined],
])("%j is %p seconds", (value, seconds) => {
  expect(parseSeconds(value)).toBe(seconds);
});

test("durations are printed as Vault prints them", () => {
  expect([0, 59, 60, 90, 3600, 3660, 3601, 2_764_800].map(formatSeconds)).toEqual([
    "0s",
    "59s",
    "1m",
    "1m30s",
    "1h",
    "1h1m",
    "1h0m1s",
    "768h",
  ]);
});

test("a lease gets what is asked for, else what the engine says, else the mount's default, within what is left", () => {
  const base = { increment: 0, ttl: 0, maxTtl: 0, mountDefault: 100, mountMax: 1000, age: 0 };
  expect(grantTtl(base)?.ttl).toBe(100);
  expect(grantTtl({ ...base, ttl: 200 })?.ttl).toBe(200);
  expect(grantTtl({ ...base, ttl: 200, increment: 300 })?.ttl).toBe(300);
  expect(grantTtl({ ...base, ttl: 200, maxTtl: 150 })).toEqual({
    ttl: 150,
    warnings: ['TTL of "3m20s" exceeded the effective max_ttl of "2m30s"; TTL value is capped accordingly'],
  });
  expect(grantTtl({ ...base, ttl: 200, maxTtl: 5000, age: 900 })?.ttl).toBe(100);
  expect(grantTtl({ ...base, age: 1000 })).toBeUndefined();
});
