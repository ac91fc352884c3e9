import { type Action, type ActionCall, poolOf, signed, signedBy, timestamp } from "./action.ts";
import type { AppClient, ClientOptions } from "./app-client.ts";
import {
  numberWithin,
  oneOf,
  optionalBoolean,
  optionalNumber,
  optionalObject,
  optionalObjects,
  optionalString,
  optionalStrings,
  requiredString,
} from "./input.ts";
import type { JsonObject } from "./json.ts";
import { DEFAULT_PASSWORD_POLICY } from "./password-policy.ts";
import type { Group, MfaMethod, PoolOptions, ResourceServer } from "./pool-options.ts";
import { standardAttributes } from "./schema.ts";
import { invalidParameter, resourceNotFound } from "./service-error.ts";
import type { UserPool } from "./user-pool.ts";

function describePool(pool: UserPool): JsonObject {
  const { passwordPolicy: policy, options } = pool;
  return {
    Id: pool.id,
    Name: pool.name,
    Arn: pool.arn,
    CreationDate: timestamp(pool.createdAt),
    LastModifiedDate: timestamp(pool.createdAt),
    Policies: {
      PasswordPolicy: {
        MinimumLength: policy.minimumLength,
        RequireUppercase: policy.requireUppercase,
        RequireLowercase: policy.requireLowercase,
        RequireNumbers: policy.requireNumbers,
        RequireSymbols: policy.requireSymbols,
        ...(options.passwordHistory && { PasswordHistorySize: options.passwordHistory }),
        TemporaryPasswordValidityDays: options.temporaryPasswordDays ?? 7,
      },
    },
    MfaConfiguration: pool.mfa.length > 0 ? "ON" : "OFF",
    EstimatedNumberOfUsers: pool.usernames().length,
    ...(options.usernameAttributes?.length && { UsernameAttributes: options.usernameAttributes }),
    ...(options.aliasAttributes?.length && { AliasAttributes: options.aliasAttributes }),
    ...(pool.domain && { Domain: pool.domain }),
  };
}

function createPool(call: ActionCall): JsonObject {
  const { accountId, region } = signedBy(call);
  const policy = optionalObject(optionalObject(call.input, "Policies") ?? {}, "PasswordPolicy") ?? {};
  const schema = optionalObjects(call.input, "Schema") ?? [];
  const caseSensitive = optionalBoolean(optionalObject(call.input, "UsernameConfiguration") ?? {}, "CaseSensitive");
  const isRequired = (attribute: JsonObject) => optionalBoolean(attribute, "Required") ?? false;
  const options: PoolOptions = {
    name: requiredString(call.input, "PoolName"),
    region,
    accountId,
    usernameAttributes: namesOf(call.input, "UsernameAttributes", ["email", "phone_number"]),
    aliasAttributes: namesOf(call.input, "AliasAttributes", ["email", "phone_number", "preferred_username"]),
    passwordPolicy: {
      minimumLength: numberWithin(policy, "MinimumLength", 6, 99) ?? DEFAULT_PASSWORD_POLICY.minimumLength,
      requireUppercase: optionalBoolean(policy, "RequireUppercase") ?? Object.keys(policy).length === 0,
      requireLowercase: optionalBoolean(policy, "RequireLowercase") ?? Object.keys(policy).length === 0,
      requireNumbers: optionalBoolean(policy, "RequireNumbers") ?? Object.keys(policy).length === 0,
      requireSymbols: optionalBoolean(policy, "RequireSymbols") ?? Object.keys(policy).length === 0,
    },
    passwordHistory: optionalNumber(policy, "PasswordHistorySize") ?? 0,
    temporaryPasswordDays: optionalNumber(policy, "TemporaryPasswordValidityDays") ?? 7,
    requiredAttributes: schema.filter(isRequired).map((attribute) => requiredString(attribute, "Name")),
    customAttributes: schema
      .map((attribute) => requiredString(attribute, "Name"))
      .filter((name) => !standardAttributes.includes(name)),
    mfa: mfaMethods(call.input),
    ...(caseSensitive !== undefined && { caseSensitive }),
  };
  return { UserPool: describePool(call.world.pools.create(options)) };
}

/** CreateUserPool turns MFA on for text messages; other factors need SetUserPoolMfaConfig. */
const mfaMethods = (input: JsonObject): readonly MfaMethod[] =>
  optionalString(input, "MfaConfiguration") === "ON" ? ["SMS_MFA"] : [];

function setMfa(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const on = optionalString(call.input, "MfaConfiguration") === "ON";
  const methods: readonly [MfaMethod, string][] = [
    ["SMS_MFA", "SmsMfaConfiguration"],
    ["SOFTWARE_TOKEN_MFA", "SoftwareTokenMfaConfiguration"],
    ["EMAIL_OTP", "EmailMfaConfiguration"],
  ];
  pool.mfa = on ? methods.filter(([, setting]) => call.input[setting] !== undefined).map(([method]) => method) : [];
  return { MfaConfiguration: on ? "ON" : "OFF" };
}

function deletePool(call: ActionCall): JsonObject {
  call.world.pools.delete(poolOf(call).id);
  return {};
}

function listPools(call: ActionCall): JsonObject {
  numberWithin(call.input, "MaxResults", 1, 60);
  const { accountId, region } = signedBy(call);
  const pools = call.world.pools.list().filter((pool) => pool.accountId === accountId && pool.region === region);
  return {
    UserPools: pools.map(({ id, name, createdAt }) => ({
      Id: id,
      Name: name,
      LambdaConfig: {},
      CreationDate: timestamp(createdAt),
      LastModifiedDate: timestamp(createdAt),
    })),
  };
}

export const describeGroup = (pool: UserPool, group: Group): JsonObject => ({
  GroupName: group.name,
  UserPoolId: pool.id,
  CreationDate: timestamp(group.createdAt),
  LastModifiedDate: timestamp(group.createdAt),
  ...(group.description !== undefined && { Description: group.description }),
  ...(group.precedence !== undefined && { Precedence: group.precedence }),
});

function createGroup(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const description = optionalString(call.input, "Description");
  const precedence = optionalNumber(call.input, "Precedence");
  const group = pool.createGroup(requiredString(call.input, "GroupName"), {
    ...(description !== undefined && { description }),
    ...(precedence !== undefined && { precedence }),
  });
  return { Group: describeGroup(pool, group) };
}

function listGroups(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  return { Groups: pool.groups().map((group) => describeGroup(pool, group)) };
}

function deleteGroup(call: ActionCall): JsonObject {
  poolOf(call).deleteGroup(requiredString(call.input, "GroupName"));
  return {};
}

const describeClient = (pool: UserPool, client: AppClient): JsonObject => ({
  UserPoolId: pool.id,
  ClientName: client.name,
  ClientId: client.id,
  ...(client.secret !== undefined && { ClientSecret: client.secret }),
  CreationDate: timestamp(client.createdAt),
  LastModifiedDate: timestamp(client.createdAt),
  ExplicitAuthFlows: client.authFlows,
  ...(client.oauthFlows.length > 0 && { AllowedOAuthFlows: client.oauthFlows }),
  ...(client.scopes.length > 0 && { AllowedOAuthScopes: client.scopes }),
  AllowedOAuthFlowsUserPoolClient: client.oauthFlows.length > 0,
  ...describeTokenLives(client),
  AuthSessionValidity: client.sessionMinutes,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: false,
  ...(client.preventUserExistenceErrors && { PreventUserExistenceErrors: "ENABLED" }),
});

const UNIT_SECONDS: Readonly<Record<string, number>> = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 };

/** How long tokens live, where it is not the usual time; of refresh tokens always, in days unless a unit is named. */
function describeTokenLives({ accessTokenSeconds, idTokenSeconds, refreshTokenSeconds }: AppClient): JsonObject {
  const lives: Record<string, number> = { RefreshTokenValidity: 30 };
  const units: Record<string, string> = {};
  for (const [token, seconds, usual] of [
    ["AccessToken", accessTokenSeconds, 3600],
    ["IdToken", idTokenSeconds, 3600],
    ["RefreshToken", refreshTokenSeconds, 30 * 86_400],
  ] as const) {
    if (seconds === usual) continue;
    const [unit, length] = Object.entries(UNIT_SECONDS).find(([, each]) => seconds % each === 0) ?? ["seconds", 1];
    lives[`${token}Validity`] = seconds / length;
    units[token] = unit;
  }
  return { ...lives, TokenValidityUnits: units };
}

function createClient(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const { input } = call;
  const units = optionalObject(input, "TokenValidityUnits") ?? {};
  const validity = (name: string, unit: string, usual: string): number | undefined => {
    const amount = optionalNumber(input, name);
    return amount && amount * (UNIT_SECONDS[optionalString(units, unit) ?? usual] ?? 1);
  };
  const authFlows = optionalStrings(input, "ExplicitAuthFlows");
  const accessTokenSeconds = validity("AccessTokenValidity", "AccessToken", "hours");
  const idTokenSeconds = validity("IdTokenValidity", "IdToken", "hours");
  const refreshTokenSeconds = validity("RefreshTokenValidity", "RefreshToken", "days");
  const sessionMinutes = optionalNumber(input, "AuthSessionValidity");
  const oauth = optionalBoolean(input, "AllowedOAuthFlowsUserPoolClient") ?? false;
  const options: ClientOptions = {
    name: requiredString(input, "ClientName"),
    secret: optionalBoolean(input, "GenerateSecret") ?? false,
    oauthFlows: oauth ? namesOf(input, "AllowedOAuthFlows", ["code", "implicit", "client_credentials"]) : [],
    scopes: optionalStrings(input, "AllowedOAuthScopes") ?? [],
    preventUserExistenceErrors: optionalString(input, "PreventUserExistenceErrors") === "ENABLED",
    ...(authFlows !== undefined && { authFlows }),
    ...(accessTokenSeconds !== undefined && { accessTokenSeconds }),
    ...(idTokenSeconds !== undefined && { idTokenSeconds }),
    ...(refreshTokenSeconds !== undefined && { refreshTokenSeconds }),
    ...(sessionMinutes !== undefined && { sessionMinutes }),
  };
  return { UserPoolClient: describeClient(pool, pool.createClient(options)) };
}

function getClient(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  return { UserPoolClient: describeClient(pool, pool.client(requiredString(call.input, "ClientId"))) };
}

function listClients(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  numberWithin(call.input, "MaxResults", 1, 60);
  return {
    UserPoolClients: pool.clients().map(({ id, name }) => ({ ClientId: id, ClientName: name, UserPoolId: pool.id })),
  };
}

function deleteClient(call: ActionCall): JsonObject {
  poolOf(call).deleteClient(requiredString(call.input, "ClientId"));
  return {};
}

function createResourceServer(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const scopes = (optionalObjects(call.input, "Scopes") ?? []).map((scope) => ({
    ScopeName: requiredString(scope, "ScopeName"),
    ScopeDescription: requiredString(scope, "ScopeDescription"),
  }));
  const server: ResourceServer = {
    identifier: requiredString(call.input, "Identifier"),
    scopes: scopes.map(({ ScopeName }) => ScopeName),
  };
  pool.createResourceServer(server);
  return {
    ResourceServer: {
      UserPoolId: pool.id,
      Identifier: server.identifier,
      Name: requiredString(call.input, "Name"),
      Scopes: scopes,
    },
  };
}

function createDomain(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const domain = requiredString(call.input, "Domain", /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/);
  const taken = call.world.pools.list().some((other) => other.domain === domain && other.region === pool.region);
  if (taken) throw invalidParameter("Domain already associated with another user pool.");
  pool.domain = domain;
  return {};
}

const describePoolAction = (call: ActionCall): JsonObject => ({ UserPool: describePool(poolOf(call)) });

function getGroup(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  return { Group: describeGroup(pool, pool.group(requiredString(call.input, "GroupName"))) };
}

const namesOf = <const T extends string>(input: JsonObject, name: string, allowed: readonly T[]): readonly T[] =>
  (optionalStrings(input, name) ?? []).map((value) => oneOf({ [name]: value }, name, allowed));

function describeDomain(call: ActionCall): JsonObject {
  const { accountId, region } = signedBy(call);
  const domain = requiredString(call.input, "Domain");
  const pool = call.world.pools.list().find((candidate) => candidate.domain === domain && candidate.region === region);
  if (pool !== undefined && pool.accountId !== accountId) throw resourceNotFound("Domain does not exist.");
  return { DomainDescription: pool === undefined ? {} : { Domain: domain, UserPoolId: pool.id, Status: "ACTIVE" } };
}

/** What a script needs that makes its own pool instead of asking the emulator in process. */
export const setUpActions: Readonly<Record<string, Action>> = {
  CreateUserPool: signed("UserPool", createPool),
  DescribeUserPool: signed("UserPool", describePoolAction),
  DeleteUserPool: signed("UserPool", deletePool),
  ListUserPools: signed("UserPool", listPools),
  SetUserPoolMfaConfig: signed("UserPool", setMfa),
  CreateGroup: signed("UserPool", createGroup),
  GetGroup: signed("UserPool", getGroup),
  ListGroups: signed("UserPool", listGroups),
  DeleteGroup: signed("UserPool", deleteGroup),
  CreateUserPoolClient: signed("UserPool", createClient),
  DescribeUserPoolClient: signed("UserPool", getClient),
  ListUserPoolClients: signed("UserPool", listClients),
  DeleteUserPoolClient: signed("UserPool", deleteClient),
  CreateResourceServer: signed("UserPool", createResourceServer),
  CreateUserPoolDomain: signed("UserPool", createDomain),
  DescribeUserPoolDomain: signed("UserPool", describeDomain),
};
