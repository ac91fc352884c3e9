import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { userAttributes } from "./user-attributes.ts";
import { checkEmailDomain, defaultUsername } from "./username.ts";

test("a user is named as by the Go plugin: vault, a random UUID without its first five characters, the domain", () => {
  expect(defaultUsername(randomBytes, "example.com")).toMatch(
    /^vault[0-9a-f]{3}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}@example\.com$/,
  );
  expect(new Set(Array.from({ length: 1000 }, () => defaultUsername(randomBytes, "example.com"))).size).toBe(1000);
});

test("a name that Cognito would refuse is refused before, with the field to change", () => {
  expect(() => defaultUsername(randomBytes, "")).toThrow("dummy_email_domain is missing");
  expect(() => defaultUsername(randomBytes, `${"a".repeat(60)}.${"b".repeat(60)}`)).toThrow(
    "dummy_email_domain is too long",
  );
  for (const domain of [
    "@example.com",
    "exa mple.com",
    "example..com",
    ".example.com",
    "example.com.",
    "-a.com",
    "a\n.com",
    "a/b",
  ]) {
    expect(() => checkEmailDomain(domain)).toThrow('dummy_email_domain must be a domain such as "example.com"');
  }
  for (const domain of [
    "example.com",
    "localhost",
    "a-b.example.co.uk",
    "EXAMPLE.com",
    "1.example",
    "vault_test.example",
  ])
    checkEmailDomain(domain);
});

test("a user's e-mail address is its name and counts as verified, unless the role says otherwise", () => {
  expect(userAttributes("ann@example.com", "example.com", {})).toEqual({
    email: "ann@example.com",
    email_verified: "true",
  });
  expect(userAttributes("ann", "example.com", {})).toEqual({ email: "ann@example.com", email_verified: "true" });
  expect(userAttributes("ann", "", { "custom:team": "blue" })).toEqual({ "custom:team": "blue" });
  expect(userAttributes("ann", "example.com", { email: "bob@example.org", email_verified: "false" })).toEqual({
    email: "bob@example.org",
    email_verified: "false",
  });
  expect(userAttributes("ann", "example.com", { email: "" })).toEqual({});
});
