import { UserError } from "../framework/errors.ts";
import type { RandomBytes } from "./random.ts";

/** The longest user name that Cognito takes (AdminCreateUser, Username). */
const maxUsernameLength = 128;

/**
 * A user name as the Go plugin makes it: "vault", a random UUID without its first five characters, and the e-mail
 * domain. Throws UserError when the domain cannot be the end of an e-mail address.
 */
export function defaultUsername(random: RandomBytes, emailDomain: string): string {
  if (emailDomain === "") {
    throw new UserError(
      "dummy_email_domain is missing: generated user names end in it; set it, or a username_template, on the role",
    );
  }
  checkEmailDomain(emailDomain);
  const username = `vault${uuid(random).slice(5)}@${emailDomain}`;
  if (username.length > maxUsernameLength) {
    throw new UserError(
      `dummy_email_domain is too long: user names would exceed Cognito's ${maxUsernameLength} characters; shorten it`,
    );
  }
  return username;
}

/** Throws UserError unless `domain` can stand after the @ of an e-mail address. */
export function checkEmailDomain(domain: string): void {
  const labels = domain.split(".");
  if (domain.length <= 253 && labels.every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label)))
    return;
  throw new UserError('dummy_email_domain must be a domain such as "example.com", without "@" or spaces');
}

/** A version 4 UUID. */
function uuid(random: RandomBytes): string {
  const bytes = Uint8Array.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return Buffer.from(bytes)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
