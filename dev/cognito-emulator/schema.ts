import { invalidParameter } from "./service-error.ts";

/** Attributes every pool has (Developer Guide, "Working with user attributes"). */
export const standardAttributes: readonly string[] = [
  "address",
  "birthdate",
  "email",
  "email_verified",
  "family_name",
  "gender",
  "given_name",
  "locale",
  "middle_name",
  "name",
  "nickname",
  "phone_number",
  "phone_number_verified",
  "picture",
  "preferred_username",
  "profile",
  "updated_at",
  "website",
  "zoneinfo",
];

export const isEmail = (text: string): boolean => /^[^@\s]+@[^@\s]+$/.test(text);
export const isPhoneNumber = (text: string): boolean => /^\+\d+$/.test(text);

export function checkAttributes(attributes: ReadonlyMap<string, string>, schema: ReadonlySet<string>): void {
  if (attributes.has("sub")) throw invalidParameter("Cannot modify the non-mutable attribute sub.");
  for (const [name, value] of attributes) {
    if (!schema.has(name)) throw invalidParameter(`user.${name}: Attribute does not exist in the schema.\n`);
    if (value.length > 2048)
      throw invalidParameter(`user.${name}: String attributes cannot have a length of more than 2048\n`);
  }
  const email = attributes.get("email");
  if (email !== undefined && !isEmail(email)) throw invalidParameter("Invalid email address format.");
  const phone = attributes.get("phone_number");
  if (phone !== undefined && !isPhoneNumber(phone)) throw invalidParameter("Invalid phone number format.");
}
