import { defineSecret, field, InternalError, type IssuableSecret, UserError } from "../framework/index.ts";
import type { Engine } from "./engine.ts";
import { requestMilliseconds, startBudget } from "./request-budget.ts";
import type { Role } from "./role.ts";

const internalFields = {
  username: field.string("Cognito's name for the user.", { required: true }),
  role: field.string("Role that issued it.", { required: true }),
  region: field.string("Absent in leases issued by the Go plugin."),
  user_pool_id: field.string("Absent in leases issued by the Go plugin."),
};

export type UserSecret = IssuableSecret<typeof internalFields>;

interface Place {
  readonly region: string;
  readonly userPoolId: string;
}

/** A Cognito user under a lease. The lease holds all that its revocation needs: roles may change or go. */
export const userSecret = ({ roles, aws, mount: { clock, logger } }: Engine): UserSecret =>
  defineSecret({
    type: "user",
    internal: internalFields,

    async renew({ internal }) {
      const role = await roles.get(internal.role);
      if (role === undefined) {
        throw new UserError(`role '${internal.role}' does not exist: leases of a deleted role are not renewed`);
      }
      // Also of a role that issues something else by now: its users are still held to what they were issued with.
      const durations = { ttl: role.ttl, maxTtl: role.max_ttl };
      const place = placeOfRole(role);
      if (placeInLease(internal) !== undefined || place === undefined) return durations;
      // A Go plugin's lease: from now on it finds its pool without the role.
      const { region } = await (await aws.get()).userPools.at(place);
      return { ...durations, internal: { region, user_pool_id: place.userPoolId } };
    },

    async revoke({ internal, id, signal }) {
      const { username } = internal;
      const known = placeInLease(internal);
      const place = known ?? placeOfRole(await roles.get(internal.role));
      if (place === undefined) throw new InternalError(lostPool(internal.role));
      const { userPools } = await aws.get();
      const pool = await userPools.at(place);
      const result = await pool.deleteUser(username, startBudget(clock, requestMilliseconds, signal));
      if (result === "absent" && known === undefined) {
        logger.warn(
          "a user of a lease from the older plugin was not there; if its role was changed since, look for it in the former pool",
          {
            username,
            role: internal.role,
            region: pool.region,
            user_pool_id: pool.userPoolId,
            request_id: id,
          },
        );
      }
    },
  });

function placeInLease({
  region,
  user_pool_id,
}: {
  region: string | undefined;
  user_pool_id: string | undefined;
}): Place | undefined {
  return region && user_pool_id ? { region, userPoolId: user_pool_id } : undefined;
}

function placeOfRole(role: Role | undefined): Place | undefined {
  if (role?.credential_type !== "user" || role.user_pool_id === "") return undefined;
  return { region: role.region, userPoolId: role.user_pool_id };
}

function lostPool(role: string): string {
  return `this lease is of the older plugin and does not say which user pool holds its user, and role '${role}' that knew is gone or no longer of type user: write the role again as it was, or delete the user by hand and run "vault lease revoke -force -prefix <lease id>", which makes the server forget the lease and nothing more`;
}
