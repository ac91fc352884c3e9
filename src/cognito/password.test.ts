import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { generatePassword } from "./password.ts";

test("a password has 32 characters, upper and lower case, digits and symbols, whichever way the dice fall", () => {
  for (let made = 0; made < 2000; made += 1) {
    const password = generatePassword(randomBytes);
    expect(password).toHaveLength(32);
    for (const kind of [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/]) expect(password).toMatch(kind);
  }
});

test("all characters are equally likely", () => {
  const counts = new Map<string, number>();
  for (let made = 0; made < 4000; made += 1) {
    for (const character of generatePassword(randomBytes)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  expect(counts.size).toBe(73);
  // 1,750 expected of each; a modulo of single bytes would favour some by a third. The demand for all classes moves it by about 1 %.
  for (const count of counts.values()) {
    expect(count).toBeGreaterThan(1500);
    expect(count).toBeLessThan(2000);
  }
});

test("every password is another one", () => {
  expect(new Set(Array.from({ length: 1000 }, () => generatePassword(randomBytes))).size).toBe(1000);
});

test("the shortest has all classes too, and lengths beyond Cognito's are refused by name", () => {
  expect(generatePassword(randomBytes, 8)).toHaveLength(8);
  expect(generatePassword(randomBytes, 256)).toHaveLength(256);
  for (const length of [7, 257, 12.5, Number.NaN]) {
    expect(() => generatePassword(randomBytes, length)).toThrow("password_length must be a whole number from 8 to 256");
  }
});

test("a random source that is stuck is noticed, not waited for", () => {
  expect(() => generatePassword((size) => new Uint8Array(size))).toThrow(
    "the random source does not give random bytes",
  );
  expect(() => generatePassword((size) => new Uint8Array(size).fill(255))).toThrow("the random source");
});
