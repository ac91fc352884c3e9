import {
  type Fields,
  field,
  getJson,
  isJsonObject,
  type JsonObject,
  type ListOptions,
  LoggedError,
  type Mount,
  parseStored,
  putJson,
  type Storage,
} from "../framework/index.ts";
import { passwordLength } from "./password.ts";
import { Remembered } from "./remembered.ts";

/** Storage prefix of roles: the Go plugin's. */
export const rolesPrefix = "roles/";

export const credentialTypes = ["client_credentials_grant", "user"] as const;
export const authStyles = ["in_header", "in_params"] as const;
export const authFlows = ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] as const;

/**
 * The recipe for credentials. Names are the stored ones; durations are seconds here, nanoseconds in storage. Text that
 * the Go plugin stored may hold anything: what cannot be used is reported when credentials are asked for.
 */
export interface Role {
  readonly credential_type: string;
  readonly app_client_id: string;
  readonly app_client_secret: string;
  readonly cognito_pool_domain: string;
  readonly scopes: readonly string[];
  readonly auth_style: string;
  readonly cache_tokens: boolean;
  /** Seconds that a shared token must live at least. */
  readonly minimum_seconds: number;
  readonly token_lease: boolean;
  readonly region: string;
  readonly user_pool_id: string;
  readonly group: string;
  readonly groups: readonly string[];
  readonly dummy_email_domain: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** "" names users as the Go plugin does. */
  readonly username_template: string;
  /** Vault's password policy; "" makes passwords of password_length. */
  readonly password_policy: string;
  readonly password_length: number;
  readonly auth_flow: string;
  readonly issue_tokens: boolean;
  /**
   * Whether users sign in with the hash of app_client_secret: once it was written here. The Go plugin never looks at the secret of a
   * user role, so one that it stored may be left from a grant and be of another app client.
   */
  readonly secret_hash: boolean;
  /** Seconds; 0 takes the mount's default. */
  readonly ttl: number;
  /** Seconds; 0 takes the mount's maximum. */
  readonly max_ttl: number;
}

/** What a role stored by the Go plugin means where it says nothing. */
const storedRole: Role = {
  credential_type: "client_credentials_grant",
  app_client_id: "",
  app_client_secret: "",
  cognito_pool_domain: "",
  scopes: [],
  auth_style: "in_header",
  cache_tokens: false,
  minimum_seconds: 10,
  token_lease: false,
  region: "",
  user_pool_id: "",
  group: "",
  groups: [],
  dummy_email_domain: "",
  attributes: {},
  username_template: "",
  password_policy: "",
  password_length: passwordLength.default,
  auth_flow: "ADMIN_NO_SRP_AUTH",
  issue_tokens: true,
  secret_hash: false,
  ttl: 0,
  max_ttl: 0,
};

/** Where a newly written role begins. */
export const newRole: Role = { ...storedRole, auth_flow: "ADMIN_USER_PASSWORD_AUTH" };

const storedFields = {
  credential_type: field.string("Kind of credentials."),
  app_client_id: field.string("App client."),
  app_client_secret: field.string("Its secret."),
  cognito_pool_domain: field.string("Host of the token endpoint."),
  scopes: field.stringSlice("Scopes to ask for."),
  auth_style: field.string("How the app client authenticates."),
  cache_tokens: field.bool("Whether callers share tokens."),
  minimum_seconds: field.int("Shortest life of a shared token."),
  token_lease: field.bool("Whether tokens have leases."),
  region: field.string("Region of the user pool."),
  user_pool_id: field.string("User pool."),
  group: field.string("Group of the users."),
  groups: field.stringSlice("More groups."),
  dummy_email_domain: field.string("Domain of user names."),
  attributes: field.keyPairs("Attributes of the users."),
  username_template: field.string("How users are named."),
  password_policy: field.string("Vault's password policy."),
  password_length: field.int("Characters of passwords."),
  auth_flow: field.string("How users are signed in."),
  issue_tokens: field.bool("Whether users are signed in."),
  secret_hash: field.bool("Whether they sign in with the app client's secret."),
  // Go's longest durations are integers, but none that JSON.parse can tell from the next.
  ttl: field.float("Nanoseconds."),
  max_ttl: field.float("Nanoseconds."),
} satisfies Readonly<Record<keyof Role, Fields[string]>>;

/** Keys that the Go plugin stores, set or not; the others are stored only when they say something. */
const goPluginKeys = [
  "credential_type",
  "cognito_pool_domain",
  "app_client_secret",
  "region",
  "app_client_id",
  "user_pool_id",
  "group",
  "dummy_email_domain",
  "ttl",
  "max_ttl",
] as const satisfies readonly (keyof Role)[];
const ownKeys = (Object.keys(storedRole) as (keyof Role)[]).filter(
  (name) => !(goPluginKeys as readonly string[]).includes(name),
);

const nanosecondsPerSecond = 1_000_000_000;

/** The mount's roles in storage. Names are lower case. Roles that were read or written are remembered, unless the host has caching disabled. */
export class Roles {
  readonly #storage: Storage;
  readonly #remembered: Remembered<Role>;

  constructor({ storage, systemView }: Pick<Mount, "storage" | "systemView">) {
    this.#storage = storage;
    this.#remembered = new Remembered(async () => !(await systemView.cachingDisabled()));
  }

  get(name: string): Promise<Role | undefined> {
    return this.#remembered.get(name, () => this.stored(name));
  }

  /** The role as it stands in storage now: what a change is made of. */
  async stored(name: string): Promise<Role | undefined> {
    const stored = await getJson(this.#storage, rolesPrefix + name);
    return stored === undefined ? undefined : parseRole(name, stored);
  }

  put(name: string, role: Role): Promise<void> {
    return this.#remembered.change(name, role, () => putJson(this.#storage, rolesPrefix + name, storedForm(role)));
  }

  delete(name: string): Promise<void> {
    return this.#remembered.change(name, undefined, () => this.#storage.delete(rolesPrefix + name));
  }

  /** Another node changed the role. */
  forget(name: string): void {
    this.#remembered.forget(name);
  }

  list(page: ListOptions = {}): Promise<readonly string[]> {
    return this.#storage.list(rolesPrefix, page);
  }
}

function parseRole(name: string, stored: unknown): Role {
  const fail = (problem: string) => new LoggedError(`stored role "${name}": ${problem}`);
  if (!isJsonObject(stored)) throw fail("it is not an object");
  const { ttl = 0, max_ttl = 0, ...rest } = parseStored(storedFields, stored, fail);
  const told = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { ...storedRole, ...Object.fromEntries(told), ttl: toSeconds(ttl), max_ttl: toSeconds(max_ttl) };
}

function storedForm(role: Role): JsonObject {
  const values: JsonObject = {
    ...role,
    ttl: role.ttl * nanosecondsPerSecond,
    max_ttl: role.max_ttl * nanosecondsPerSecond,
  };
  const same = (name: keyof Role) => JSON.stringify(role[name]) === JSON.stringify(storedRole[name]);
  const names = [...goPluginKeys, ...ownKeys.filter((name) => !same(name))];
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
}

/** Go integers overflowed to negative durations where the Go plugin was given giant ones: they limit nothing. */
function toSeconds(nanoseconds: number): number {
  // Of more than 104 days JSON.parse drops the last digits: less than this many nanoseconds.
  const dropped = Number.isSafeInteger(nanoseconds) ? 0 : 1024;
  return Math.max(0, Math.floor((nanoseconds + dropped) / nanosecondsPerSecond));
}
