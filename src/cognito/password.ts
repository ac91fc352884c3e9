import { UserError } from "../framework/index.ts";
import { type RandomBytes, randomIndexes } from "./random.ts";

// Of the symbols that Cognito counts, those that need no escape in JSON and in a shell's quotes.
const classes = ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789", "-_.~+=:@%#^"] as const;
const alphabet = classes.join("");

/** Cognito takes 6 to 256 characters (PasswordPolicyType, AdminCreateUser); below 8, its own default, nothing is generated. */
export const passwordLength = { default: 32, min: 8, max: 256 } as const;

/**
 * A password with upper and lower case letters, digits and symbols in it, every such password being equally likely.
 * Throws UserError for a length outside `passwordLength`.
 */
export function generatePassword(random: RandomBytes, length: number = passwordLength.default): string {
  if (!Number.isInteger(length) || length < passwordLength.min || length > passwordLength.max) {
    throw new UserError(`password_length must be a whole number from ${passwordLength.min} to ${passwordLength.max}`);
  }
  // Drawing again until all classes are there keeps the choice even; placing one of each by hand would not.
  for (let draws = 0; draws < 1000; draws += 1) {
    const password = randomIndexes(random, alphabet.length, length)
      .map((index) => alphabet[index])
      .join("");
    if (classes.every((members) => [...members].some((member) => password.includes(member)))) return password;
  }
  throw new Error("the random source does not give random bytes");
}
