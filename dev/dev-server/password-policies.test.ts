import { expect, test } from "bun:test";
import { PasswordPolicies } from "./password-policies.ts";

const policy = `
# twelve characters
length = 12
rule "charset" {
  charset = "abcdefghijklmnopqrstuvwxyz"
  min-chars = 1
}
rule "charset" { charset = "\\"$" min-chars = 2 } // quoted
`;

test("passwords are as their policy says", () => {
  const policies = new PasswordPolicies();
  policies.put("strict", policy);
  expect(policies.names()).toEqual(["strict"]);
  expect(policies.text("strict")).toBe(policy);
  for (let count = 0; count < 50; count += 1) {
    const password = policies.generate("strict");
    expect(password).toMatch(/^[a-z"$]{12}$/);
    expect(password.match(/["$]/g)?.length).toBeGreaterThanOrEqual(2);
    expect(password).toMatch(/[a-z]/);
  }
  policies.delete("strict");
  expect(() => policies.generate("strict")).toThrow("policy does not exist");
});

test.each([
  ["", "length is missing"],
  ["length = 12", "it has no rule"],
  ['length = 3\nrule "charset" { charset = "a" }', "length must be 4 to 100"],
  ["length = many", "length must be a whole number"],
  ["length 12", "= is missing"],
  ["size = 12", "size is neither length nor a rule"],
  ['length = 12 rule "words" {}', 'the rule "words" is unknown; there is only "charset"'],
  ['length = 12 rule "charset" { min-chars = 1 }', "a charset rule needs a charset"],
  ['length = 12 rule "charset" { charset = "a"', "a rule has no end: } is missing"],
  ['length = 12 rule "charset" { charset = a }', "a text must stand in double quotes"],
  ['length = 4 rule "charset" { charset = "a" min-chars = 5 }', "its rules need more characters than length has"],
  ['length = 12 rule "charset" { charset = "a }', "it cannot be read from character 40 on"],
])("%j is refused with its reason", (text, reason) => {
  expect(() => new PasswordPolicies().put("bad", text)).toThrow(`invalid password policy: ${reason}`);
});
