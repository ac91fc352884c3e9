import { compileTemplate, type Template, type TemplateSources, UserError } from "../framework/index.ts";
import { characterCount, hasNameCharacters, otherThanNames } from "./cognito-name.ts";
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

const templateFields = ["RoleName", "DisplayName", "EmailDomain"] as const;

/** What a role's username_template may name. */
export type NameParts = Readonly<Record<(typeof templateFields)[number], string>>;

/** Revocation deletes by name: a name that somebody could foresee could be given to a real user first. */
const leastRandomness = 16;

/** Reads a role's username_template. Throws UserError where it is no template, or makes names that could be guessed. */
export function usernameTemplate(text: string): Template<keyof NameParts> {
  const template = compileTemplate(text, { name: "username_template", fields: templateFields });
  const certain = template.certainRandomness();
  if (certain < leastRandomness) {
    throw new UserError(
      `username_template must render at least ${leastRandomness} random characters, or a uuid, in every name, so that none can be guessed; this one is only sure of ${certain}. Add {{ random 20 }}, where nothing truncates it`,
    );
  }
  return template;
}

/** A name by a role's username_template. Throws UserError when it is none that Cognito takes. */
function templatedUsername(template: string, parts: NameParts, sources: TemplateSources): string {
  const username = usernameTemplate(template).render(parts, sources);
  const length = characterCount(username);
  if (length > maxUsernameLength) {
    throw new UserError(
      `username_template made a name of ${length} characters, and Cognito takes ${maxUsernameLength}: shorten it, or truncate its fields`,
    );
  }
  if (!hasNameCharacters(username)) {
    throw new UserError(
      `username_template made a name with ${otherThanNames}, which Cognito refuses: replace them in the template`,
    );
  }
  return username;
}

/** What a role says about the names of its users. */
export interface Naming {
  /** "" names users as the Go plugin does. */
  readonly username_template: string;
  readonly dummy_email_domain: string;
}

/** A new name for a user of the role. Throws UserError when it is none that Cognito takes. */
export function newUsername(
  { username_template, dummy_email_domain }: Naming,
  names: Omit<NameParts, "EmailDomain">,
  sources: TemplateSources,
): string {
  if (username_template === "") return defaultUsername(sources.random, dummy_email_domain);
  return templatedUsername(username_template, { ...names, EmailDomain: dummy_email_domain }, sources);
}

/** Throws UserError unless `domain` can stand after the @ of an e-mail address. */
export function checkEmailDomain(domain: string): void {
  const labels = domain.split(".");
  // No host has underscores in its name, but nothing is sent there, and roles of the Go plugin may have them.
  if (domain.length <= 253 && labels.every((label) => /^\w([\w-]{0,61}\w)?$/.test(label))) return;
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
