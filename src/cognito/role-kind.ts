import type { JsonObject } from "../framework/index.ts";
import { signInSecret } from "./app-client-secret.ts";
import { newRole, type Role } from "./role.ts";

/** What each kind of role uses, beside app_client_secret, which both may have. */
const usedFields = {
  grant: [
    "credential_type",
    "app_client_id",
    "cognito_pool_domain",
    "scopes",
    "auth_style",
    "cache_tokens",
    "minimum_seconds",
    "token_lease",
  ],
  user: [
    "credential_type",
    "region",
    "app_client_id",
    "secret_hash",
    "user_pool_id",
    "group",
    "groups",
    "dummy_email_domain",
    "attributes",
    "username_template",
    "password_policy",
    "password_length",
    "auth_flow",
    "issue_tokens",
    "ttl",
    "max_ttl",
  ],
} as const satisfies Readonly<Record<string, readonly (keyof Role)[]>>;

const usedBy = ({ credential_type }: Role): readonly (keyof Role)[] =>
  usedFields[credential_type === "user" ? "user" : "grant"];

/** What a read shows: everything that the kind of role uses, but its secret. */
export function shownRole(role: Role): JsonObject {
  const shown = { ...role, secret_hash: signInSecret(role) !== "" };
  return Object.fromEntries(usedBy(role).map((name) => [name, shown[name]]));
}

/** Whoever sets what this kind of role does not use has something else in mind. */
export function idleFieldsWarning(role: Role, given: Partial<Role>): readonly string[] {
  const used = new Set<string>([...usedBy(role), "app_client_secret"]);
  const idle = Object.entries(given).filter(([name, value]) => !used.has(name) && saysSomething(name, value));
  if (idle.length === 0) return [];
  const names = idle.map(([name]) => name).join(", ");
  return [`${names} ${idle.length === 1 ? "does" : "do"} nothing in a role of credential_type ${role.credential_type}`];
}

function saysSomething(name: string, value: unknown): boolean {
  const usual = newRole[name as keyof Role];
  return ![usual, "", 0, [], {}].some((nothing) => JSON.stringify(nothing) === JSON.stringify(value));
}
