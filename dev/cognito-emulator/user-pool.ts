import { type AppClient, type ClientOptions, makeAppClient, STANDARD_SCOPES } from "./app-client.ts";
import type { Clock } from "./clock.ts";
import type { Identifiers } from "./identifiers.ts";
import { DEFAULT_ACCOUNT } from "./identity-store.ts";
import { partitionOf } from "./partition.ts";
import { checkPassword, DEFAULT_PASSWORD_POLICY, type PasswordPolicy } from "./password-policy.ts";
import type { Group, LambdaTrigger, MfaMethod, PoolOptions, ResourceServer } from "./pool-options.ts";
import { type PoolUser, type UserView, viewOf } from "./pool-user.ts";
import { checkAttributes, standardAttributes } from "./schema.ts";
import { invalidParameter, resourceNotFound, ServiceError, userNotFound } from "./service-error.ts";
import { SignInState } from "./sign-in-state.ts";
import { accountExists, aliasesIn, checkPlainName, signInAttributeOf } from "./user-names.ts";

export interface NewUser {
  readonly username: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly temporaryPassword: string;
}

const DAY = 86_400_000;

/** One user pool: its settings and everything in it. Methods that refuse throw the ServiceError Cognito answers with. */
export class UserPool {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly createdAt: number;
  readonly options: PoolOptions;
  readonly passwordPolicy: PasswordPolicy;
  readonly signIns: SignInState;
  readonly #schema: ReadonlySet<string>;
  readonly #members = new Map<string, PoolUser>();
  readonly #byAlias = new Map<string, PoolUser>();
  readonly #groups = new Map<string, Group>();
  readonly #clients = new Map<string, AppClient>();
  readonly #servers = new Map<string, ResourceServer>();
  readonly #refusals = new Map<LambdaTrigger, string>();
  readonly #identifiers: Identifiers;
  readonly #clock: Clock;
  /** Prefix or custom domain of the token endpoint. */
  domain: string | undefined;
  /** A user must set up or pass one of these after the password. */
  mfa: readonly MfaMethod[];

  constructor(options: PoolOptions, identifiers: Identifiers, clock: Clock) {
    this.region = options.region ?? options.id?.split("_")[0] ?? "eu-west-1";
    this.id = options.id ?? identifiers.poolId(this.region);
    if (!/^[\w-]+_[0-9a-zA-Z]+$/.test(this.id) || !this.id.startsWith(`${this.region}_`)) {
      throw new TypeError(`pool id ${this.id} must be <region>_<letters and digits> of the region ${this.region}`);
    }
    this.name = options.name ?? "pool";
    this.accountId = options.accountId ?? DEFAULT_ACCOUNT;
    this.options = options;
    this.passwordPolicy = { ...DEFAULT_PASSWORD_POLICY, ...options.passwordPolicy };
    this.createdAt = clock.now();
    this.signIns = new SignInState(identifiers, clock);
    this.#identifiers = identifiers;
    this.#clock = clock;
    this.domain = options.domain;
    this.mfa = options.mfa ?? [];
    this.#schema = new Set([
      ...standardAttributes,
      ...(options.customAttributes ?? []).map((name) => `custom:${name}`),
    ]);
    for (const [trigger, reason] of Object.entries(options.refusingTriggers ?? {})) {
      this.refuseBy(trigger as LambdaTrigger, reason);
    }
    for (const server of options.resourceServers ?? []) this.createResourceServer(server);
    for (const group of options.groups ?? []) this.createGroup(group);
    for (const client of options.clients ?? []) this.createClient(client);
  }

  get arn(): string {
    return `arn:${partitionOf(this.region)}:cognito-idp:${this.region}:${this.accountId}:userpool/${this.id}`;
  }

  get issuer(): string {
    const suffix = this.region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    return `https://cognito-idp.${this.region}.${suffix}/${this.id}`;
  }

  usernames(): readonly string[] {
    return [...this.#members.keys()];
  }

  users(): readonly UserView[] {
    return [...this.#members.values()].map(viewOf);
  }

  groups(): readonly Group[] {
    return [...this.#groups.values()];
  }

  clients(): readonly AppClient[] {
    return [...this.#clients.values()];
  }

  resourceServers(): readonly ResourceServer[] {
    return [...this.#servers.values()];
  }

  /** The user that this name, or alias, means; undefined when there is none. */
  user(name: string): UserView | undefined {
    const user = this.find(name);
    return user && viewOf(user);
  }

  hasPassword(name: string, password: string): boolean {
    return this.find(name)?.password === password;
  }

  /** From now on the trigger refuses with this reason; undefined lets it pass again. */
  refuseBy(trigger: LambdaTrigger, reason: string | undefined): void {
    if (reason === undefined) this.#refusals.delete(trigger);
    else this.#refusals.set(trigger, reason);
  }

  runTrigger(trigger: LambdaTrigger): void {
    const reason = this.#refusals.get(trigger);
    if (reason !== undefined) {
      throw new ServiceError("UserLambdaValidationException", `${trigger} failed with error ${reason}.`);
    }
  }

  createGroup(name: string, details: { readonly description?: string; readonly precedence?: number } = {}): Group {
    if (this.#groups.has(name)) {
      throw new ServiceError("GroupExistsException", "A group with the name already exists.");
    }
    const group = {
      name,
      description: details.description,
      precedence: details.precedence,
      createdAt: this.#clock.now(),
    };
    this.#groups.set(name, group);
    return group;
  }

  deleteGroup(name: string): void {
    this.group(name);
    this.#groups.delete(name);
    for (const user of this.#members.values()) user.groups.delete(name);
  }

  group(name: string): Group {
    const group = this.#groups.get(name);
    if (group === undefined) throw resourceNotFound("Group not found.");
    return group;
  }

  createClient(options: ClientOptions = {}): AppClient {
    for (const scope of options.scopes ?? []) {
      const slash = scope.lastIndexOf("/");
      if (
        !this.#servers.get(scope.slice(0, slash))?.scopes.includes(scope.slice(slash + 1)) &&
        !STANDARD_SCOPES.has(scope)
      ) {
        throw new ServiceError("ScopeDoesNotExistException", `Invalid scope requested: ${scope}`);
      }
    }
    const client = makeAppClient(options, this.#identifiers, this.#clock.now());
    this.#clients.set(client.id, client);
    return client;
  }

  deleteClient(id: string): void {
    this.client(id);
    this.#clients.delete(id);
  }

  client(id: string): AppClient {
    const client = this.#clients.get(id);
    if (client === undefined) throw resourceNotFound(`User pool client ${id} does not exist.`);
    return client;
  }

  findClient(id: string): AppClient | undefined {
    return this.#clients.get(id);
  }

  createResourceServer(server: ResourceServer): void {
    if (this.#servers.has(server.identifier)) {
      throw invalidParameter(`${server.identifier} already exists in user pool ${this.id}.`);
    }
    this.#servers.set(server.identifier, server);
  }

  find(name: string): PoolUser | undefined {
    const key = this.#key(name);
    return this.#members.get(key) ?? this.#byAlias.get(key);
  }

  findBySub(sub: string): PoolUser | undefined {
    return this.#byAlias.get(subKey(sub));
  }

  require(name: string): PoolUser {
    const user = this.find(name);
    if (user === undefined) throw userNotFound();
    return user;
  }

  createUser({ username, attributes, temporaryPassword }: NewUser): PoolUser {
    const given = new Map(attributes);
    const signIn = signInAttributeOf(username, this.options);
    if (signIn === undefined) checkPlainName(username, this.options);
    else given.set(signIn, given.get(signIn) ?? username);
    if (this.find(username) !== undefined) {
      throw new ServiceError(
        "UsernameExistsException",
        signIn === undefined ? "User account already exists" : accountExists(signIn),
      );
    }
    checkAttributes(given, this.#schema);
    for (const alias of aliasesIn(given, this.options)) {
      if (this.find(alias) !== undefined) throw new ServiceError("AliasExistsException", accountExists("email"));
    }
    checkPassword(temporaryPassword, this.passwordPolicy);
    this.runTrigger("PreSignUp");
    const sub = this.#identifiers.uuid();
    const now = this.#clock.now();
    const user: PoolUser = {
      username: signIn === undefined ? this.#key(username) : sub,
      sub,
      createdAt: now,
      modifiedAt: now,
      attributes: new Map([["sub", sub], ...given]),
      groups: new Set(),
      aliases: new Set(),
      tokens: new Set(),
      status: "FORCE_CHANGE_PASSWORD",
      enabled: true,
      password: temporaryPassword,
      passwordSetAt: now,
      formerPasswords: [],
      signedOutAt: undefined,
    };
    this.#members.set(user.username, user);
    this.#addAlias(subKey(sub), user);
    this.#reindex(user);
    return user;
  }

  deleteUser(user: PoolUser): void {
    this.#members.delete(user.username);
    for (const alias of user.aliases) this.#byAlias.delete(alias);
    this.signIns.end(user);
  }

  setAttributes(user: PoolUser, attributes: ReadonlyMap<string, string>): void {
    checkAttributes(attributes, this.#schema);
    for (const [name, value] of attributes) user.attributes.set(name, value);
    this.#reindex(user);
    user.modifiedAt = this.#clock.now();
  }

  /** Throws InvalidPasswordException or PasswordHistoryPolicyViolationException, and then changes nothing. */
  setPassword(user: PoolUser, password: string, status: "CONFIRMED" | "FORCE_CHANGE_PASSWORD"): void {
    checkPassword(password, this.passwordPolicy);
    const history = this.options.passwordHistory ?? 0;
    const used = [user.password, ...user.formerPasswords];
    if (status === "CONFIRMED" && used.slice(0, history).includes(password)) {
      throw new ServiceError("PasswordHistoryPolicyViolationException", "Password has previously been used.");
    }
    user.formerPasswords = used.slice(0, history);
    user.password = password;
    user.passwordSetAt = user.modifiedAt = this.#clock.now();
    user.status = status;
  }

  temporaryPasswordExpired(user: PoolUser): boolean {
    const life = (this.options.temporaryPasswordDays ?? 7) * DAY;
    return user.status === "FORCE_CHANGE_PASSWORD" && this.#clock.now() >= user.passwordSetAt + life;
  }

  /** Makes e-mail address, telephone number and preferred name stand for the user, as the pool's settings say. */
  #reindex(user: PoolUser): void {
    const signIns = (this.options.usernameAttributes ?? []).map((name) => user.attributes.get(name) ?? "");
    for (const alias of [...signIns, ...aliasesIn(user.attributes, this.options)]) {
      if (alias !== "") this.#addAlias(this.#key(alias), user);
    }
  }

  #addAlias(key: string, user: PoolUser): void {
    this.#byAlias.set(key, user);
    user.aliases.add(key);
  }

  #key(name: string): string {
    return (this.options.caseSensitive ?? true) ? name : name.toLowerCase();
  }
}

/** Apart from user names and aliases: in a pool of plain user names the sub is no name. */
const subKey = (sub: string): string => `sub\n${sub}`;
