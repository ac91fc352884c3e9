import type { ClientOptions } from "./app-client.ts";
import type { PasswordPolicy } from "./password-policy.ts";

export type SignInAttribute = "email" | "phone_number";
export type MfaMethod = "SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP";
export type LambdaTrigger = "PreSignUp" | "PreAuthentication" | "PostAuthentication" | "PreTokenGeneration";

export interface PoolOptions {
  /** `<region>_<nine letters and digits>`; made up when left out. */
  readonly id?: string;
  readonly name?: string;
  /** Taken from the id, else eu-west-1. */
  readonly region?: string;
  readonly accountId?: string;
  /** Sign-in by these only: the Username given must be one, and Cognito makes the user name, which is the sub. */
  readonly usernameAttributes?: readonly SignInAttribute[];
  /** Attributes that may stand in for the user name. */
  readonly aliasAttributes?: readonly (SignInAttribute | "preferred_username")[];
  /** false: user names are lower-cased. true when left out, as in the API. */
  readonly caseSensitive?: boolean;
  readonly passwordPolicy?: Partial<PasswordPolicy>;
  /** How many former passwords are refused; 0 when left out. */
  readonly passwordHistory?: number;
  /** 7 when left out. */
  readonly temporaryPasswordDays?: number;
  /** A user must set up or pass one of these after the password. */
  readonly mfa?: readonly MfaMethod[];
  readonly requiredAttributes?: readonly string[];
  /** Names without `custom:`. */
  readonly customAttributes?: readonly string[];
  readonly groups?: readonly string[];
  readonly clients?: readonly ClientOptions[];
  readonly resourceServers?: readonly ResourceServer[];
  /** Prefix or custom domain of the token endpoint. */
  readonly domain?: string;
  /** Triggers that refuse, with the reason they give. */
  readonly refusingTriggers?: Partial<Record<LambdaTrigger, string>>;
}

export interface ResourceServer {
  readonly identifier: string;
  readonly scopes: readonly string[];
}

export interface Group {
  readonly name: string;
  readonly description: string | undefined;
  readonly precedence: number | undefined;
  readonly createdAt: number;
}
