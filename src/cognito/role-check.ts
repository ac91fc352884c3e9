import { UserError } from "../framework/index.ts";
import { checkRegion, looksLikeRegion } from "./checks.ts";
import { tokenEndpointUrl } from "./cognito-domain.ts";
import { passwordLength } from "./password.ts";
import { authFlows, authStyles, credentialTypes, type Role } from "./role.ts";
import { checkEmailDomain, usernameTemplate } from "./username.ts";

/**
 * Throws a UserError that names the first field with which the role cannot issue credentials. Run when a role is
 * written and again when credentials are asked for, since what the Go plugin stored was never checked.
 */
export function checkRole(role: Role): void {
  if (role.max_ttl > 0 && role.ttl > role.max_ttl) throw new UserError("ttl cannot be greater than max_ttl");
  if (role.credential_type === "client_credentials_grant") checkGrant(role);
  else if (role.credential_type === "user") checkUser(role);
  else throw new UserError(`credential_type must be one of ${credentialTypes.join(", ")}`);
}

function checkGrant(role: Role): void {
  need(role, "app_client_id", "cognito_pool_domain", "app_client_secret");
  tokenEndpointUrl(role.cognito_pool_domain);
  checkChoice(role, "auth_style", authStyles);
  if (role.minimum_seconds < 0) throw new UserError("minimum_seconds must be 0 or more");
  for (const scope of role.scopes) {
    // RFC 6749 §3.3: the characters of a scope.
    if (!/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope)) {
      throw new UserError("scopes must be separated by commas and hold no spaces, quotes or backslashes");
    }
  }
}

function checkUser(role: Role): void {
  need(
    role,
    "user_pool_id",
    ...(role.username_template === "" ? (["dummy_email_domain"] as const) : []),
    ...(role.issue_tokens ? (["app_client_id"] as const) : []),
  );
  checkRegion("region", role.region);
  if (!/^[\w-]+_[0-9a-zA-Z]+$/.test(role.user_pool_id)) {
    throw new UserError('user_pool_id must be the id of a user pool, such as "eu-west-1_AbCdEfGhI"');
  }
  const poolRegion = role.user_pool_id.slice(0, role.user_pool_id.indexOf("_"));
  if (role.region !== "" && looksLikeRegion(poolRegion) && poolRegion !== role.region) {
    throw new UserError(`user_pool_id is of region ${poolRegion}, but region says ${role.region}`);
  }
  if (role.dummy_email_domain !== "") checkEmailDomain(role.dummy_email_domain);
  if (role.username_template !== "") usernameTemplate(role.username_template);
  checkPassword(role);
  checkChoice(role, "auth_flow", authFlows);
}

function checkPassword({ password_policy, password_length }: Role): void {
  const { default: usual, min, max } = passwordLength;
  if (password_length < min || password_length > max) {
    throw new UserError(`password_length must be from ${min} to ${max}`);
  }
  if (password_policy !== "" && password_length !== usual) {
    throw new UserError(
      `password_length does nothing beside password_policy, which says the length itself: clear password_policy, or set password_length to ${usual}`,
    );
  }
}

function need(role: Role, ...names: readonly (keyof Role)[]): void {
  const missing = names.filter((name) => role[name] === "");
  if (missing.length > 0) {
    throw new UserError(`a role of credential_type ${role.credential_type} needs ${missing.join(", ")}`);
  }
}

function checkChoice(role: Role, name: "auth_style" | "auth_flow", choices: readonly string[]): void {
  if (!choices.includes(role[name])) throw new UserError(`${name} must be one of ${choices.join(", ")}`);
}
