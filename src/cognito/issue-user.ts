import type { Response } from "../framework/index.ts";
import { signInSecret } from "./app-client-secret.ts";
import type { Engine } from "./engine.ts";
import { createUser, type UserRecipe } from "./generated-user.ts";
import { generatePassword } from "./password.ts";
import type { Role } from "./role.ts";
import type { UserRollback } from "./rollback-user.ts";
import type { UserSecret } from "./secret-user.ts";
import { userAttributes } from "./user-attributes.ts";
import { newUsername } from "./username.ts";

export interface UserWish {
  readonly secret: UserSecret;
  readonly rollback: UserRollback;
  /** Name of the role. */
  readonly name: string;
  readonly role: Role;
  /** Seconds; undefined or 0: the role's. */
  readonly ttl: number | undefined;
  /** How the caller logged in, for the template of the user's name. */
  readonly displayName: string;
  readonly signal: AbortSignal;
}

/** A new user of the role's pool, under a lease that deletes it. */
export async function issueUser(engine: Engine, wish: UserWish): Promise<Response> {
  const { secret, rollback, name, role, signal } = wish;
  const { aws, log, mount } = engine;
  const { userPools } = await aws.get();
  const pool = await userPools.at({ region: role.region, userPoolId: role.user_pool_id });
  const place = { region: pool.region, user_pool_id: pool.userPoolId };
  const { username, password, tokens, takeBack } = await createUser({
    pool,
    recipe: recipeOf(engine, wish),
    begin: (sent) => rollback.begin(log, { username: sent, ...place }),
    isWanted: async () => !(await mount.systemView.tainted()),
    clock: mount.clock,
    logger: mount.logger,
    signal,
  });
  const response = secret.issue({
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
    internal: { username, role: name, ...place },
    ttl: wish.ttl || role.ttl,
    maxTtl: role.max_ttl,
  });
  return { ...response, takeBack };
}

function recipeOf({ mount, surroundings: { random } }: Engine, { name, role, displayName }: UserWish): UserRecipe {
  const names = { RoleName: name, DisplayName: displayName };
  return {
    username: () => newUsername(role, names, { random, now: mount.clock.now() }),
    password: () =>
      role.password_policy === ""
        ? generatePassword(random, role.password_length)
        : mount.systemView.generatePassword(role.password_policy),
    attributes: (username) => userAttributes(username, role.dummy_email_domain, role.attributes),
    groups: [role.group, ...role.groups].filter((group) => group !== ""),
    appClient: role.issue_tokens
      ? {
          id: role.app_client_id,
          secret: signInSecret(role),
          authFlow: role.auth_flow,
        }
      : undefined,
  };
}
