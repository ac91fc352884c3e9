import { ServiceError } from "./service-error.ts";

export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly requireNumbers: boolean;
  readonly requireSymbols: boolean;
}

export const DEFAULT_PASSWORD_POLICY: PasswordPolicy = {
  minimumLength: 8,
  requireUppercase: true,
  requireLowercase: true,
  requireNumbers: true,
  requireSymbols: true,
};

/** The symbols that Cognito counts (Developer Guide, "Adding user pool password requirements"); a space counts inside, not at either end. */
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|(?<=.) (?=.)/;

/** Refuses a password with Cognito's classes: InvalidPasswordException for the policy, InvalidParameterException for the form. */
export function checkPassword(password: string, policy: PasswordPolicy): void {
  if (password.length > 256 || !/^\S+.*\S+$/.test(password)) {
    throw new ServiceError(
      "InvalidParameterException",
      "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$",
    );
  }
  const refusals: readonly [boolean, string][] = [
    [password.length < policy.minimumLength, "Password not long enough"],
    [policy.requireNumbers && !/[0-9]/.test(password), "Password must have numeric characters"],
    [policy.requireLowercase && !/[a-z]/.test(password), "Password must have lowercase characters"],
    [policy.requireUppercase && !/[A-Z]/.test(password), "Password must have uppercase characters"],
    [policy.requireSymbols && !SYMBOL.test(password), "Password must have symbol characters"],
  ];
  const refusal = refusals.find(([broken]) => broken);
  if (refusal !== undefined) {
    throw new ServiceError("InvalidPasswordException", `Password did not conform with password policy: ${refusal[1]}`);
  }
}
