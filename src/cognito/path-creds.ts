import { definePath, field, type Path, type PathRequest, type Response, UserError } from "../framework/index.ts";
import { caseWarning } from "./case-warning.ts";
import type { Engine } from "./engine.ts";
import { createUser, type UserRecipe } from "./generated-user.ts";
import { generatePassword } from "./password.ts";
import { requestMilliseconds, startBudget } from "./request-budget.ts";
import type { Role } from "./role.ts";
import { checkRole } from "./role-check.ts";
import type { UserRollback } from "./rollback-user.ts";
import type { UserSecret } from "./secret-user.ts";
import { requestToken } from "./token-endpoint.ts";
import { userAttributes } from "./user-attributes.ts";
import { defaultUsername } from "./username.ts";

const fields = {
  role: field.lowerCaseString("Name of the role. Upper case is read as lower case."),
};

type CredsRequest = PathRequest<typeof fields, "role">;

interface Issuing {
  readonly engine: Engine;
  readonly secret: UserSecret;
  readonly rollback: UserRollback;
}

export const credsPath = (issuing: Issuing): Path => {
  const forwarded = {
    handler: (request: CredsRequest) => issueCredentials(issuing, request),
    forwardPerformanceStandby: true,
    forwardPerformanceSecondary: true,
  };
  return definePath({
    pattern: "creds/{role}",
    help: { synopsis: "Issue credentials of a role.", description: credsHelp },
    display: { operationPrefix: "cognito", operationVerb: "issue", operationSuffix: "credentials" },
    fields,
    operations: { read: forwarded, update: forwarded },
  });
};

async function issueCredentials(issuing: Issuing, request: CredsRequest): Promise<Response> {
  const { data, path } = request;
  const role = await issuing.engine.roles.get(data.role);
  if (role === undefined) throw new UserError(`role '${data.role}' does not exist`);
  checkStored(data.role, role);
  const response =
    role.credential_type === "user"
      ? await issueUser(issuing, request, role)
      : await issueToken(issuing.engine, request, role);
  return { ...response, ...caseWarning("creds/", path, data.role) };
}

function checkStored(name: string, role: Role): void {
  try {
    checkRole(role);
  } catch (error) {
    throw error instanceof UserError
      ? new UserError(`role '${name}' cannot issue credentials: ${error.message}`)
      : error;
  }
}

async function issueToken(
  { aws, mount, surroundings }: Engine,
  { signal }: CredsRequest,
  role: Role,
): Promise<Response> {
  const { clock } = mount;
  const { config } = await aws.get();
  const token = await requestToken(
    { ...surroundings, clock, maxRetries: config.max_retries, callTimeout: config.request_timeout * 1000 },
    {
      domain: role.cognito_pool_domain,
      clientId: role.app_client_id,
      clientSecret: role.app_client_secret,
      scopes: role.scopes,
      authStyle: role.auth_style === "in_params" ? "in_params" : "in_header",
    },
    startBudget(clock, requestMilliseconds, signal),
  );
  return { data: { access_token: token.accessToken, expires_in: token.expiresIn, token_type: token.tokenType } };
}

async function issueUser({ engine, secret, rollback }: Issuing, request: CredsRequest, role: Role): Promise<Response> {
  const { aws, log, mount, surroundings } = engine;
  const { userPools } = await aws.get();
  const pool = await userPools.at({ region: role.region, userPoolId: role.user_pool_id });
  const place = { region: pool.region, user_pool_id: pool.userPoolId };
  const { username, password, tokens } = await createUser({
    pool,
    recipe: recipeOf(role, surroundings),
    begin: (name) => rollback.begin(log, { username: name, ...place }),
    isWanted: async () => !(await mount.systemView.tainted()),
    clock: mount.clock,
    logger: mount.logger,
    signal: request.signal,
  });
  return secret.issue({
    data: {
      username,
      password,
      ...(tokens && {
        access_token: tokens.accessToken,
        expires_in: tokens.expiresIn,
        id_token: tokens.idToken ?? null,
        refresh_token: tokens.refreshToken ?? null,
        token_type: tokens.tokenType,
      }),
    },
    internal: { username, role: request.data.role, ...place },
    ttl: role.ttl,
    maxTtl: role.max_ttl,
  });
}

function recipeOf(role: Role, { random }: Engine["surroundings"]): UserRecipe {
  return {
    username: () => defaultUsername(random, role.dummy_email_domain),
    password: () => generatePassword(random),
    attributes: (username) => userAttributes(username, role.dummy_email_domain, role.attributes),
    groups: [role.group, ...role.groups].filter((group) => group !== ""),
    appClient: role.issue_tokens
      ? { id: role.app_client_id, secret: role.app_client_secret, authFlow: role.auth_flow }
      : undefined,
  };
}

const credsHelp = `
Issues credentials as the role says.

A role of type client_credentials_grant answers with access_token, expires_in
(seconds) and token_type. There is no lease: the token ends by itself.

A role of type user makes a Cognito user and answers with username, password,
access_token, id_token, refresh_token, expires_in and token_type, under a lease.
When the lease ends or is revoked the user is deleted. Tokens that were issued
stay valid for verifiers that only check signature and expiry.
`;
