import { UserError } from "../framework/index.ts";
import { characterCount, isName, otherThanNames } from "./cognito-name.ts";

/**
 * The attributes of a new user: an e-mail address that counts as verified, then what the role adds or replaces. The
 * address is the user name where that is one, else the user name at the dummy domain. An attribute that the role sets
 * to "" is not sent.
 */
export function userAttributes(
  username: string,
  emailDomain: string,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const address = username.includes("@") ? username : emailDomain === "" ? "" : `${username}@${emailDomain}`;
  const email = given["email"] ?? address;
  // Cognito refuses a verified address that is not there.
  const verified = email === "" ? "" : "true";
  return Object.fromEntries(
    Object.entries({ email, email_verified: verified, ...given }).filter(([, value]) => value !== ""),
  );
}

const longestName = 32;
const longestValue = 2048;

/** Throws a UserError for what Cognito takes for no user (AttributeType). It repeats no value, which may be personal. */
export function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "sub") throw new UserError("attributes must not hold sub: Cognito makes it itself; leave it out");
    if (!isName(name.replace(/^custom:/, ""), longestName)) {
      throw new UserError(
        `attributes: a name must be 1 to ${longestName} characters, beside "custom:", without ${otherThanNames}`,
      );
    }
    if (characterCount(value) > longestValue) {
      throw new UserError(`attributes: the value of ${name} is too long: Cognito takes ${longestValue} characters`);
    }
  }
}
