import { expect, test } from "bun:test";
import { findTexts } from "./find-texts.ts";

const secret = 'a"secret\\of <20> & more';

test.each([
  ["as it is", `it is ${secret}.`],
  ["in JSON", JSON.stringify({ password: secret })],
  [
    "in Go's JSON",
    JSON.stringify({ password: secret }).replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`),
  ],
  ["in a URL", `?password=${encodeURIComponent(secret)}&b`],
  ["in a form", `password=${encodeURIComponent(secret).replaceAll("%20", "+")}&b`],
  ["in base64", Buffer.from(secret).toString("base64")],
  ["in base64, after one byte", Buffer.from(`:${secret}\n`).toString("base64")],
  ["in base64, after two", Buffer.from(`u:${secret}`).toString("base64")],
])("a secret is found %s", (_, written) => {
  expect(findTexts(Buffer.from(written), [secret, "another secret"])).toEqual([secret]);
});

test("it is found at the very beginning and at the very end, and nothing like it counts", () => {
  expect(findTexts(Buffer.from("hunter22"), ["hunter22"])).toEqual(["hunter22"]);
  expect(findTexts(Buffer.from("hunter2 hunter23 2hunter"), ["hunter22"])).toEqual([]);
  expect(findTexts(Buffer.from(""), ["hunter22"])).toEqual([]);
});

test("a thousand secrets in ten megabytes take no longer than one", () => {
  const secrets = Array.from({ length: 1000 }, (_, index) => `secret-number-${index}-of-many`);
  const written = Buffer.from("the quick brown fox jumps over the lazy dog, ".repeat(220_000) + secrets[500]);
  expect(findTexts(written, secrets)).toEqual([secrets[500] as string]);
}, 5000);
