import { UserError } from "../framework/index.ts";
import type { AwsAccess } from "./aws-access.ts";
import { checkRegion, looksLikeRegion } from "./aws-region.ts";
import { tokenEndpointUrl } from "./cognito-domain.ts";
import { isName, otherThanNames } from "./cognito-name.ts";
import { passwordLength } from "./password.ts";
import { authFlows, authStyles, credentialTypes, type Role } from "./role.ts";
import { checkScopes } from "./scopes.ts";
import { checkAttributes } from "./user-attributes.ts";
import { checkEmailDomain, usernameTemplate } from "./username.ts";

/**
 * Rejects with a UserError that names the first field with which the role cannot issue credentials. Run when a role is
 * written and again when credentials are asked for, since what the Go plugin stored was never checked, and since config
 * has a say in the region.
 */
export async function checkRole(role: Role, aws: AwsAccess): Promise<void> {
  if (role.max_ttl > 0 && role.ttl > role.max_ttl) throw new UserError("ttl cannot be greater than max_ttl");
  if (role.credential_type === "client_credentials_grant") checkGrant(role);
  else if (role.credential_type === "user") await checkUser(role, aws);
  else throw new UserError(`credential_type must be one of ${credentialTypes.join(", ")}`);
}

function checkGrant(role: Role): void {
  need(role, { app_client_id: "", cognito_pool_domain: "", app_client_secret: "" });
  tokenEndpointUrl(role.cognito_pool_domain);
  checkChoice(role, "auth_style", authStyles);
  if (role.minimum_seconds < 0) throw new UserError("minimum_seconds must be 0 or more");
  checkScopes(role.scopes);
}

async function checkUser(role: Role, aws: AwsAccess): Promise<void> {
  need(role, {
    user_pool_id: "",
    ...(role.username_template === "" && { dummy_email_domain: " (or username_template)" }),
    ...(role.issue_tokens && { app_client_id: " (or issue_tokens=false)" }),
  });
  checkGroups(role);
  if (role.dummy_email_domain !== "") checkEmailDomain(role.dummy_email_domain);
  checkAttributes(role.attributes);
  if (role.username_template !== "") usernameTemplate(role.username_template);
  checkPassword(role);
  checkChoice(role, "auth_flow", authFlows);
  checkRegion("region", role.region);
  if (!/^[\w-]+_[0-9a-zA-Z]+$/.test(role.user_pool_id)) {
    throw new UserError('user_pool_id must be the id of a user pool, such as "eu-west-1_AbCdEfGhI"');
  }
  await checkPoolRegion(role, aws);
}

/** A pool is asked for in the region that the role says, else in that of config or of the server: in another it is not found. */
async function checkPoolRegion({ region, user_pool_id }: Role, aws: AwsAccess): Promise<void> {
  const poolRegion = user_pool_id.slice(0, user_pool_id.indexOf("_"));
  if (!looksLikeRegion(poolRegion) || region === poolRegion) return;
  const itIs = `user_pool_id is of region ${poolRegion}`;
  if (region !== "") throw new UserError(`${itIs}, but region says ${region}`);
  const others = await (await aws.get()).userPools.regionOfOthers();
  if (others === undefined || others.region === poolRegion) return;
  throw new UserError(
    `${itIs}, but the role names none and ${others.namedBy} says ${others.region}: set region=${poolRegion} on the role`,
  );
}

const longestGroup = 128;

function checkGroups({ group, groups }: Role): void {
  const shape = `1 to ${longestGroup} characters without ${otherThanNames}`;
  if (group !== "" && !isName(group, longestGroup)) {
    throw new UserError(`group must be the name of a group as the user pool has it: ${shape}`);
  }
  if (groups.includes("")) throw new UserError("groups holds an empty name: remove the extra comma");
  if (!groups.every((name) => isName(name, longestGroup))) {
    throw new UserError(`groups must be names of groups as the user pool has them, each of ${shape}`);
  }
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

/** `names` with what stands behind each in the message. */
function need(role: Role, names: Partial<Record<keyof Role, string>>): void {
  const missing = Object.entries(names).filter(([name]) => role[name as keyof Role] === "");
  if (missing.length > 0) {
    const list = missing.map(([name, rest]) => name + rest).join(", ");
    throw new UserError(`a role of credential_type ${role.credential_type} needs ${list}`);
  }
}

function checkChoice(role: Role, name: "auth_style" | "auth_flow", choices: readonly string[]): void {
  if (!choices.includes(role[name])) throw new UserError(`${name} must be one of ${choices.join(", ")}`);
}
