import {
  definePath,
  field,
  forward,
  type Path,
  type PathRequest,
  type Response,
  UserError,
} from "../framework/index.ts";
import { caseWarning } from "./case-warning.ts";
import type { Engine } from "./engine.ts";
import { issueToken } from "./issue-token.ts";
import { issueUser } from "./issue-user.ts";
import type { Role } from "./role.ts";
import { checkRole } from "./role-check.ts";
import type { UserRollback } from "./rollback-user.ts";
import { tokenSecret } from "./secret-token.ts";
import type { UserSecret } from "./secret-user.ts";

const fields = {
  role: field.lowerCaseString("Name of the role. Upper case is read as lower case."),
  ttl: field.seconds(
    "Lease of this user instead of the role's ttl, such as 30m; capped at the role's max_ttl and the mount's maximum (roles of type user).",
    { query: true },
  ),
  scopes: field.commaStringSlice(
    "Scopes of this token, separated by commas: some of the role's, or any that the app client may have when the role names none (roles of type client_credentials_grant).",
    { query: true },
  ),
  minimum_seconds: field.int(
    "Seconds that the token must still live, instead of the role's minimum_seconds (roles of type client_credentials_grant).",
    { query: true },
  ),
};

type CredsRequest = PathRequest<typeof fields, "role">;

interface Issuing {
  readonly engine: Engine;
  readonly secret: UserSecret;
  readonly rollback: UserRollback;
}

export const credsPath = (issuing: Issuing): Path => {
  const handler = (request: CredsRequest) => issueCredentials(issuing, request);
  return definePath({
    pattern: "creds/{role}",
    help: { synopsis: "Issue credentials of a role.", description: credsHelp },
    display: { operationPrefix: "cognito", operationVerb: "issue", operationSuffix: "credentials" },
    fields,
    operations: {
      read: { handler },
      // An operation id must not stand twice; this is what Vault's own engines call the second.
      update: { handler, display: { operationSuffix: "credentials-with-parameters" } },
    },
  });
};

async function issueCredentials(issuing: Issuing, request: CredsRequest): Promise<Response> {
  const { data, path } = request;
  const role = await issuing.engine.roles.get(data.role);
  if (role === undefined) throw new UserError(`role '${data.role}' does not exist`);
  await checkStored(issuing.engine, data.role, role);
  const response = await issue(issuing, request, role);
  return { ...response, warnings: [...(response.warnings ?? []), ...caseWarning("creds/", path, data.role)] };
}

async function issue({ engine, secret, rollback }: Issuing, request: CredsRequest, role: Role): Promise<Response> {
  const { data, given, signal, displayName } = request;
  if (role.credential_type === "user") {
    // Other nodes hand it on when the user is to be noted in storage, before anything is done outside.
    refuse(given, ["scopes", "minimum_seconds"], "roles of type user do not take it");
    return issueUser(engine, { secret, rollback, name: data.role, role, ttl: data.ttl, displayName, signal });
  }
  refuse(given, ["ttl"], "tokens live as long as the app client says; ask for minimum_seconds instead");
  if (data.minimum_seconds !== undefined && data.minimum_seconds < 0) {
    throw new UserError("minimum_seconds must be 0 or more");
  }
  // One node asks for tokens, so that all callers share them.
  await forward(engine.mount.systemView, { fromStandby: true, fromSecondary: true });
  const wish = { name: data.role, role, scopes: data.scopes, minimumSeconds: data.minimum_seconds, signal };
  return issueToken(engine, tokenSecret, wish);
}

/** A parameter that does nothing for this kind of role is a mistake to be told of, not to be passed over. */
function refuse(given: CredsRequest["given"], names: readonly (keyof typeof given)[], reason: string): void {
  for (const name of names) if (given[name] !== undefined) throw new UserError(`${name}: ${reason}`);
}

async function checkStored({ aws }: Engine, name: string, role: Role): Promise<void> {
  try {
    await checkRole(role, aws);
  } catch (error) {
    throw error instanceof UserError
      ? new UserError(`role '${name}' cannot issue credentials: ${error.message}`)
      : error;
  }
}

const credsHelp = `
Issues credentials as the role says.

A role of type client_credentials_grant answers with access_token, expires_in
(seconds) and token_type. There is no lease, unless the role has token_lease:
the token ends by itself.

A role of type user makes a Cognito user and answers with username, password,
access_token, id_token, refresh_token, expires_in and token_type, under a lease.
When the lease ends or is revoked the user is deleted. Tokens that were issued
stay valid for verifiers that only check signature and expiry.

Parameters are taken from the query of a read or from the body of a write.
`;
