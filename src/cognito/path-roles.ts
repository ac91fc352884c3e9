import {
  definePath,
  type Fields,
  field,
  listResponse,
  type Path,
  type PathRequest,
  type Response,
  UserError,
} from "../framework/index.ts";
import { secretAfterWrite } from "./app-client-secret.ts";
import { caseWarning } from "./case-warning.ts";
import type { Engine } from "./engine.ts";
import { authFlows, authStyles, credentialTypes, newRole, type Role, rolesPrefix } from "./role.ts";
import { checkRole } from "./role-check.ts";
import { idleFieldsWarning, shownRole } from "./role-kind.ts";
import { newUsername } from "./username.ts";

const fields = {
  name: field.lowerCaseString("Name of the role. Upper case is read as lower case."),
  credential_type: field.oneOf(
    credentialTypes,
    "Kind of credentials: client_credentials_grant hands out an access token of an app client, user makes a Cognito user that is deleted when its lease ends. New roles are client_credentials_grant unless told otherwise.",
  ),
  app_client_id: field.string(
    "Id of the app client that the token is for, or that users sign in with. Changing it needs app_client_secret in the same write when one is stored; clearing it clears that too.",
  ),
  app_client_secret: field.string(
    "Secret of the app client. Needed for client_credentials_grant; for user only when the app client has one. It is never returned; a read of a user role shows secret_hash=true when one is stored that sign-ins use.",
    { sensitive: true },
  ),
  cognito_pool_domain: field.string(
    'Host name of the user pool\'s domain, such as "my-pool.auth.eu-west-1.amazoncognito.com" or a custom domain (client_credentials_grant only). Changing it needs app_client_secret in the same write.',
  ),
  scopes: field.commaStringSlice(
    "Scopes to ask for, separated by commas; empty asks for all that the app client may have (client_credentials_grant only).",
  ),
  auth_style: field.oneOf(
    authStyles,
    "How the app client authenticates to the token endpoint: in_header (client_secret_basic, as new roles do) or in_params (client_secret_post) (client_credentials_grant only).",
  ),
  cache_tokens: field.bool(
    "Whether callers share one token until three quarters of its life are over, as Cognito bills every token issued. What a caller does with a shared token cannot be told from what others do, and revoking a caller's Vault token does not end it. Kept in memory only; off by default (client_credentials_grant only).",
  ),
  minimum_seconds: field.int(
    "Seconds that a shared token must still live when it is handed out, 10 by default; at most half of the app client's token life counts. A caller may ask for more (client_credentials_grant only).",
  ),
  token_lease: field.bool(
    "Whether tokens come under a lease as long as the token, so that Vault Agent and consul-template fetch a new one in time; without one Vault Agent 1.21 was seen to read a new token every 285 seconds, whatever the token's life, and each is billed. Each read is then a lease in Vault's storage. It cannot be renewed, and revoking it does not end the token. Off by default (client_credentials_grant only).",
  ),
  region: field.string(
    "AWS region of the user pool, such as eu-west-1; empty takes the config's or the server's, which must be the one that user_pool_id begins with (user only).",
  ),
  user_pool_id: field.string('Id of the user pool that holds the users, such as "eu-west-1_AbCdEfGhI" (user only).'),
  group: field.string("Group of the user pool that the users are put into; may be empty (user only)."),
  groups: field.commaStringSlice("More groups that the users are put into, separated by commas (user only)."),
  dummy_email_domain: field.string(
    "Domain of the users' names and e-mail addresses. No mail is sent, so it need not exist: example.com will do. Not needed beside username_template (user only).",
  ),
  attributes: field.keyPairs(
    'Attributes that the users get besides email and email_verified, which they may replace: name=value, several by repeating the argument (attributes=custom:a=1 attributes=custom:b=2), or a JSON object. Custom ones begin with "custom:". One with an empty value is not sent; attributes= clears them all (user only).',
    { sensitive: true },
  ),
  username_template: field.string(
    "Template of the users' names, in Vault's template language: fields .RoleName, .DisplayName and .EmailDomain, functions random, uuid, truncate, replace and more. It must render at least 16 random characters or a uuid, so that no name can be guessed, and names of up to 128 characters without spaces. Empty: vault, most of a uuid, @ and dummy_email_domain (user only).",
  ),
  password_policy: field.string(
    "Vault's password policy that makes the passwords, for pools that want others than the built-in ones. The pool's own policy applies too (user only).",
  ),
  password_length: field.int(
    "Characters of the built-in passwords, from 8 to 256, 32 by default: letters of both cases, digits and symbols (user only).",
  ),
  auth_flow: field.oneOf(
    authFlows,
    "How users are signed in, as the app client allows it: ADMIN_USER_PASSWORD_AUTH, as new roles do, or the older ADMIN_NO_SRP_AUTH (user only).",
  ),
  issue_tokens: field.bool(
    "Whether users are signed in and their tokens returned. false returns user name and password only and needs no app client, but permission for cognito-idp:AdminSetUserPassword. New roles issue tokens (user only).",
  ),
  ttl: field.seconds(
    "Lease of the users, in seconds or as 30m, 1h; 0 takes the mount's default (user only). Tokens live as the app client says and may outlive the user.",
  ),
  max_ttl: field.seconds("Longest life of a user with all renewals; 0 takes the mount's maximum (user only)."),
} satisfies Readonly<Record<"name" | Exclude<keyof Role, "secret_hash">, Fields[string]>>;

type RoleRequest = PathRequest<typeof fields, "name">;

export const rolePath = (engine: Engine): Path =>
  definePath({
    pattern: "roles/{name}",
    help: { synopsis: "Manage the roles that credentials are issued by.", description: roleHelp },
    display: { operationPrefix: "cognito", operationSuffix: "role", itemType: "Role" },
    fields,
    exists: async ({ data }) => (await engine.roles.get(data.name)) !== undefined,
    operations: {
      create: (request) => writeRole(engine, request),
      update: (request) => writeRole(engine, request),
      read: (request) => readRole(engine, request),
      async delete(request) {
        const { data, path } = request;
        await inTurn(engine, request, () => store(engine, request, () => engine.roles.delete(data.name)));
        return onlyWarnings(caseWarning("roles/", path, data.name));
      },
    },
  });

const listFields = {
  after: field.lowerCaseString("Only roles after this name, which need not exist.", { query: true }),
  limit: field.int("At most so many roles; 0 or less: all.", { query: true }),
};

export const roleListPath = ({ roles }: Engine): Path =>
  definePath({
    pattern: "roles/",
    help: { synopsis: "List the roles.", description: roleListHelp },
    display: { operationPrefix: "cognito", operationSuffix: "roles", navigation: true, itemType: "Role" },
    fields: listFields,
    operations: {
      list: async ({ data: { after = "", limit = 0 } }) => listResponse(await roles.list({ after, limit })),
    },
  });

async function writeRole(engine: Engine, request: RoleRequest): Promise<Response | undefined> {
  const { data, given, path } = request;
  const role = await inTurn(engine, request, () => mergeRole(engine, request));
  return onlyWarnings([...idleFieldsWarning(role, given), ...caseWarning("roles/", path, data.name)]);
}

/** Made of what the change before it stored, if there is one under way. */
function inTurn<T>({ changes }: Engine, { data, signal }: RoleRequest, change: () => Promise<T>): Promise<T> {
  return changes.take(rolesPrefix + data.name, signal, change);
}

async function store({ tokens }: Engine, { data }: RoleRequest, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    // Also after a failure: storage may have taken what it did not confirm.
    tokens.forgetRole(data.name);
  }
}

/** The role as it is stored from now on. */
async function mergeRole(engine: Engine, request: RoleRequest): Promise<Role> {
  const { roles, aws } = engine;
  const { data, given, operation } = request;
  const before = await roles.stored(data.name);
  if (before === undefined && operation === "update") {
    throw new UserError(`role '${data.name}' was deleted while it was updated; write all of its fields again`);
  }
  const written: Role = { ...(before ?? newRole), ...given };
  const role: Role = { ...written, ...secretAfterWrite(before, written, given.app_client_secret) };
  await checkRole(role, aws);
  if (role.credential_type === "user") tryNaming(engine, data.name, role);
  // Otherwise whoever may write roles, but not read secrets, could have a stored one sent to a host of theirs.
  const isMoved = before !== undefined && role.cognito_pool_domain !== before.cognito_pool_domain;
  if (isMoved && role.app_client_secret !== "" && given.app_client_secret === undefined) {
    throw new UserError("changing cognito_pool_domain needs app_client_secret in the same write");
  }
  await store(engine, request, () => roles.put(data.name, role));
  return role;
}

/** What is wrong with every name is wrong with the first: told to who writes the role, not to who needs credentials. */
function tryNaming({ surroundings: { random }, mount: { clock } }: Engine, name: string, role: Role): void {
  newUsername(role, { RoleName: name, DisplayName: "token" }, { random, now: clock.now() });
}

async function readRole({ roles }: Engine, { data, path }: RoleRequest): Promise<Response | undefined> {
  const role = await roles.get(data.name);
  if (role === undefined) return undefined;
  return { data: shownRole(role), warnings: caseWarning("roles/", path, data.name) };
}

/** No answer at all where there is nothing to say: hosts make 204 of it. */
function onlyWarnings(warnings: readonly string[]): Response | undefined {
  return warnings.length === 0 ? undefined : { warnings };
}

const roleListHelp = `
Lists the names of the roles, all in lower case and sorted. With after and limit
they come page by page, as OpenBao's own lists do.
`;

const roleHelp = `
A role is the recipe for credentials. Its credential_type says which kind:

  client_credentials_grant  an access token for a machine, from the token
                            endpoint of a user pool. Needs app_client_id,
                            app_client_secret and cognito_pool_domain.
  user                      a new Cognito user with password and tokens,
                            deleted when its lease ends. Needs user_pool_id,
                            dummy_email_domain (or username_template) and
                            app_client_id (or issue_tokens=false).

A write changes the fields it gives. Credentials are read at creds/<name>;
changing or deleting a role leaves users that were issued as they are.
`;
