import type { PoolOptions, SignInAttribute } from "./pool-options.ts";
import { isEmail, isPhoneNumber } from "./schema.ts";
import { invalidParameter } from "./service-error.ts";

/** What a given user name is in a pool whose users sign in by e-mail address or telephone number; undefined in any other pool. */
export function signInAttributeOf(username: string, options: PoolOptions): SignInAttribute | undefined {
  const allowed = options.usernameAttributes ?? [];
  if (allowed.length === 0) return undefined;
  if (allowed.includes("email") && isEmail(username)) return "email";
  if (allowed.includes("phone_number") && isPhoneNumber(username)) return "phone_number";
  if (allowed.length === 2) throw invalidParameter("Username should be either an email or a phone number.");
  throw invalidParameter(
    allowed[0] === "email" ? "Username should be an email." : "Username should be a phone number.",
  );
}

/** Refuses a user name that looks like an alias, in a pool that has such aliases. */
export function checkPlainName(username: string, options: PoolOptions): void {
  const aliases = options.aliasAttributes ?? [];
  if (aliases.includes("email") && isEmail(username)) {
    throw invalidParameter("Username cannot be of email format, since user pool is configured for email alias.");
  }
  if (aliases.includes("phone_number") && isPhoneNumber(username)) {
    throw invalidParameter(
      "Username cannot be of phone number format, since user pool is configured for phone number alias.",
    );
  }
}

/** The attributes that stand for the user as aliases: an address or number only once it is verified. */
export const aliasesIn = (attributes: ReadonlyMap<string, string>, options: PoolOptions): readonly string[] =>
  (options.aliasAttributes ?? []).flatMap((name) => {
    const usable = name === "preferred_username" || attributes.get(`${name}_verified`) === "true";
    return usable ? (attributes.get(name) ?? []) : [];
  });

export const accountExists = (attribute: SignInAttribute): string =>
  `An account with the given ${attribute === "email" ? "email" : "phone number"} already exists.`;
