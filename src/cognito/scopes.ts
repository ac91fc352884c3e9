import { UserError } from "../framework/index.ts";

/** Throws a UserError unless each is a scope (RFC 6749 §3.3). */
export function checkScopes(scopes: readonly string[]): void {
  if (scopes.includes("")) throw new UserError("scopes holds an empty scope: remove the extra comma");
  if (!scopes.every((scope) => /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope))) {
    throw new UserError("scopes must be separated by commas and hold no spaces, quotes or backslashes");
  }
}
