import type { Identifiers } from "./identifiers.ts";
import { invalidParameter } from "./service-error.ts";

export interface ClientOptions {
  readonly name?: string;
  readonly id?: string;
  /** true: one is made; a string: this one. */
  readonly secret?: boolean | string;
  /** ExplicitAuthFlows; Cognito's default when left out, which has no admin flow. */
  readonly authFlows?: readonly string[];
  /**
   * Refuses an AuthFlow that is not named exactly as the client's setting. Left out, ADMIN_NO_SRP_AUTH and
   * ADMIN_USER_PASSWORD_AUTH are one flow under two names, whichever setting enables it.
   */
  readonly exactAuthFlow?: boolean;
  readonly oauthFlows?: readonly ("client_credentials" | "code" | "implicit")[];
  /** `<resource server identifier>/<scope>`. */
  readonly scopes?: readonly string[];
  readonly accessTokenSeconds?: number;
  readonly idTokenSeconds?: number;
  readonly refreshTokenSeconds?: number;
  /** Lets access and id tokens live less than Cognito's shortest 5 minutes, for tests that wait for their end. */
  readonly shortTokens?: boolean;
  /** Life of a challenge's Session; Cognito allows 3 to 15. */
  readonly sessionMinutes?: number;
  /** ENABLED: a missing user looks like a wrong password. */
  readonly preventUserExistenceErrors?: boolean;
}

export interface AppClient {
  readonly id: string;
  readonly name: string;
  readonly secret: string | undefined;
  readonly authFlows: readonly string[];
  readonly exactAuthFlow: boolean;
  readonly oauthFlows: readonly string[];
  readonly scopes: readonly string[];
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  readonly sessionMinutes: number;
  readonly preventUserExistenceErrors: boolean;
  readonly createdAt: number;
}

/** Scopes that need no resource server. */
export const STANDARD_SCOPES: ReadonlySet<string> = new Set([
  "openid",
  "email",
  "phone",
  "profile",
  "aws.cognito.signin.user.admin",
]);

const DEFAULT_FLOWS = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];
const LEGACY_FLOWS = ["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"];
const MINUTE = 60;
const DAY = 86_400;

export function makeAppClient(options: ClientOptions, identifiers: Identifiers, now: number): AppClient {
  const authFlows = options.authFlows ?? DEFAULT_FLOWS;
  if (authFlows.some((flow) => flow.startsWith("ALLOW_")) && authFlows.some((flow) => LEGACY_FLOWS.includes(flow))) {
    throw invalidParameter(
      "Do not mix legacy and new values of ExplicitAuthFlows: either all start with ALLOW_ or none does.",
    );
  }
  const accessTokenSeconds = options.accessTokenSeconds ?? 3600;
  const idTokenSeconds = options.idTokenSeconds ?? 3600;
  for (const [name, seconds] of [
    ["AccessTokenValidity", accessTokenSeconds],
    ["IdTokenValidity", idTokenSeconds],
  ] as const) {
    if ((seconds < 5 * MINUTE && options.shortTokens !== true) || seconds > DAY) {
      throw invalidParameter(`Invalid range for token validity: ${name} must be between 5 minutes and 1 day.`);
    }
  }
  const secret = options.secret === true ? identifiers.clientSecret() : options.secret || undefined;
  if (options.oauthFlows?.includes("client_credentials") && secret === undefined) {
    throw invalidParameter("client_credentials flow can not be selected if client does not have a client secret.");
  }
  return {
    id: options.id ?? identifiers.clientId(),
    name: options.name ?? "app",
    secret,
    authFlows,
    exactAuthFlow: options.exactAuthFlow ?? false,
    oauthFlows: options.oauthFlows ?? [],
    scopes: options.scopes ?? [],
    accessTokenSeconds,
    idTokenSeconds,
    refreshTokenSeconds: options.refreshTokenSeconds ?? 30 * DAY,
    sessionMinutes: options.sessionMinutes ?? 3,
    preventUserExistenceErrors: options.preventUserExistenceErrors ?? false,
    createdAt: now,
  };
}

const ADMIN_PASSWORD_FLOWS = ["ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH"];

/** Whether the client's settings let this AuthFlow of AdminInitiateAuth or InitiateAuth in. */
export function allowsFlow(client: AppClient, flow: string): boolean {
  const settings = client.authFlows.map((setting) => setting.replace(/^ALLOW_/, ""));
  if (settings.includes(flow)) return true;
  if (flow === "REFRESH_TOKEN_AUTH" || flow === "REFRESH_TOKEN") {
    return !client.authFlows.some((setting) => setting.startsWith("ALLOW_")) || settings.includes("REFRESH_TOKEN_AUTH");
  }
  return (
    !client.exactAuthFlow &&
    ADMIN_PASSWORD_FLOWS.includes(flow) &&
    settings.some((setting) => ADMIN_PASSWORD_FLOWS.includes(setting))
  );
}
