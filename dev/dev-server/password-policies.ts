/** Password policies (vault/logical_system_helpers.go, helper/random): a length and rules of characters. */
import { randomInt } from "node:crypto";
import { ApiError } from "./api-error.ts";
import { type PasswordPolicy, parsePasswordPolicy } from "./password-policy-text.ts";

/** helper/random: a policy that is this unlikely to be met is refused. */
const generationTries = 1_000;

export class PasswordPolicies {
  readonly #policies = new Map<string, { readonly text: string; readonly policy: PasswordPolicy }>();

  /** @throws ApiError for a policy that cannot be read or met */
  put(name: string, text: string): void {
    const policy = parsePasswordPolicy(text);
    generate(policy);
    this.#policies.set(name, { text, policy });
  }

  delete(name: string): void {
    this.#policies.delete(name);
  }

  names(): string[] {
    return [...this.#policies.keys()].sort();
  }

  /** The policy as it was written; undefined when there is none. */
  text(name: string): string | undefined {
    return this.#policies.get(name)?.text;
  }

  /** @throws ApiError when there is no such policy */
  generate(name: string): string {
    const found = this.#policies.get(name);
    if (found === undefined) throw new ApiError(404, "policy does not exist");
    return generate(found.policy);
  }
}

function generate({ length, rules }: PasswordPolicy): string {
  const characters = [...new Set(rules.flatMap(({ charset }) => [...charset]))];
  for (let tries = 0; tries < generationTries; tries += 1) {
    const password = Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
    const isMet = rules.every(
      ({ charset, minChars }) => [...password].filter((character) => charset.includes(character)).length >= minChars,
    );
    if (isMet) return password;
  }
  throw new ApiError(400, "no password was found that meets the policy; make it longer or its rules weaker");
}
