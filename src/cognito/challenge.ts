import { UserError } from "../framework/index.ts";

const withoutTokens = "or set issue_tokens=false on the role";
const mfa = `make MFA optional in the user pool, ${withoutTokens}`;
const choice = `give the app client a flow with a password only (auth_flow of the role), ${withoutTokens}`;
const device = `turn device remembering off in the user pool, ${withoutTokens}`;

/** By the start of the challenge's name. */
const cures: readonly (readonly [string, string])[] = [
  ["SMS_", mfa],
  ["SOFTWARE_TOKEN_MFA", mfa],
  ["EMAIL_OTP", mfa],
  ["SELECT_MFA_TYPE", mfa],
  ["MFA_SETUP", mfa],
  ["CUSTOM_CHALLENGE", `remove the custom authentication triggers from the user pool, ${withoutTokens}`],
  ["SELECT_CHALLENGE", choice],
  ["PASSWORD", choice],
  ["WEB_AUTHN", choice],
  ["DEVICE_", device],
];

/** What to say when a pool asks more of a new user than to set its password. */
export function unexpectedChallenge(challenge: string): UserError {
  // The answer comes from the network: only what looks like a challenge is repeated.
  const name = /^[A-Z][A-Z0-9_]{0,63}$/.test(challenge) ? challenge : "an unknown challenge";
  const cure =
    cures.find(([start]) => name.startsWith(start))?.[1] ??
    `use a pool that asks for a password only, ${withoutTokens}`;
  return new UserError(`pool requires ${name}; ${cure}`);
}
