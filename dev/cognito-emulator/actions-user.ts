import { type Action, type ActionCall, poolOf, signed, timestamp } from "./action.ts";
import { describeGroup } from "./actions-set-up.ts";
import { attributeMap, numberWithin, oneOf, optionalBoolean, optionalString, requiredString } from "./input.ts";
import type { JsonObject } from "./json.ts";
import type { PoolUser } from "./pool-user.ts";
import { invalidParameter, ServiceError } from "./service-error.ts";

const attributeList = (user: PoolUser): readonly JsonObject[] =>
  [...user.attributes].map(([Name, Value]) => ({ Name, Value }));

const userSummary = (user: PoolUser): JsonObject => ({
  Username: user.username,
  Attributes: attributeList(user),
  UserCreateDate: timestamp(user.createdAt),
  UserLastModifiedDate: timestamp(user.modifiedAt),
  Enabled: user.enabled,
  UserStatus: user.status,
});

const usernameIn = (call: ActionCall): string =>
  requiredString(call.input, "Username", /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u);

const userIn = (call: ActionCall): PoolUser => {
  const pool = poolOf(call);
  return pool.require(usernameIn(call));
};

function createUser(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const username = usernameIn(call);
  const temporaryPassword =
    optionalString(call.input, "TemporaryPassword") ?? call.world.identifiers.temporaryPassword();
  if (
    call.input["MessageAction"] !== undefined &&
    oneOf(call.input, "MessageAction", ["RESEND", "SUPPRESS"]) === "RESEND"
  ) {
    const user = pool.require(username);
    if (user.status !== "FORCE_CHANGE_PASSWORD") {
      throw new ServiceError(
        "UnsupportedUserStateException",
        "Resend not possible: the user's status is not FORCE_CHANGE_PASSWORD.",
      );
    }
    pool.setPassword(user, temporaryPassword, "FORCE_CHANGE_PASSWORD");
    return { User: userSummary(user) };
  }
  const user = pool.createUser({ username, attributes: attributeMap(call.input, "UserAttributes"), temporaryPassword });
  return { User: userSummary(user) };
}

function deleteUser(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  pool.deleteUser(pool.require(usernameIn(call)));
  return {};
}

function getUser(call: ActionCall): JsonObject {
  const { Attributes, ...rest } = userSummary(userIn(call));
  return { ...rest, UserAttributes: Attributes };
}

function updateAttributes(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  pool.setAttributes(pool.require(usernameIn(call)), attributeMap(call.input, "UserAttributes"));
  return {};
}

function setPassword(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const user = pool.require(usernameIn(call));
  const password = requiredString(call.input, "Password");
  const permanent = optionalBoolean(call.input, "Permanent") ?? false;
  pool.setPassword(user, password, permanent ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD");
  return {};
}

function signOut(call: ActionCall): JsonObject {
  userIn(call).signedOutAt = call.world.clock.now();
  return {};
}

const enable =
  (enabled: boolean) =>
  (call: ActionCall): JsonObject => {
    userIn(call).enabled = enabled;
    return {};
  };

function addToGroup(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const user = pool.require(usernameIn(call));
  user.groups.add(pool.group(requiredString(call.input, "GroupName")).name);
  return {};
}

function removeFromGroup(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const user = pool.require(usernameIn(call));
  user.groups.delete(pool.group(requiredString(call.input, "GroupName")).name);
  return {};
}

function listGroupsOfUser(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const user = pool.require(usernameIn(call));
  return { Groups: [...user.groups].map((name) => describeGroup(pool, pool.group(name))) };
}

const FILTER = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/;

function listUsers(call: ActionCall): JsonObject {
  const pool = poolOf(call);
  const limit = numberWithin(call.input, "Limit", 0, 60) ?? 60;
  const users = pool
    .usernames()
    .map((name) => pool.require(name))
    .filter(userFilter(optionalString(call.input, "Filter")));
  const start = Number(optionalString(call.input, "PaginationToken") ?? "0");
  const page = users.slice(start, start + limit);
  const more = start + limit < users.length ? { PaginationToken: String(start + limit) } : {};
  return { Users: page.map(userSummary), ...more };
}

function userFilter(filter: string | undefined): (user: PoolUser) => boolean {
  if (filter === undefined || filter === "") return () => true;
  const parts = FILTER.exec(filter);
  if (parts === null) throw invalidParameter("Error while parsing filter.");
  const [, attribute = "", operator, quoted = ""] = parts;
  const wanted = quoted.replace(/\\(.)/g, "$1");
  const fieldOf = (user: PoolUser): string => {
    if (attribute === "username") return user.username;
    if (attribute === "cognito:user_status") return user.status;
    if (attribute === "status") return user.enabled ? "Enabled" : "Disabled";
    return user.attributes.get(attribute) ?? "";
  };
  return (user) => (operator === "=" ? fieldOf(user) === wanted : fieldOf(user).startsWith(wanted));
}

export const userActions: Readonly<Record<string, Action>> = {
  AdminCreateUser: signed("UserCreation", createUser),
  AdminDeleteUser: signed("UserUpdate", deleteUser),
  AdminGetUser: signed("UserRead", getUser),
  AdminUpdateUserAttributes: signed("UserUpdate", updateAttributes),
  AdminSetUserPassword: signed("UserUpdate", setPassword),
  AdminUserGlobalSignOut: signed("UserUpdate", signOut),
  AdminEnableUser: signed("UserUpdate", enable(true)),
  AdminDisableUser: signed("UserUpdate", enable(false)),
  AdminAddUserToGroup: signed("UserUpdate", addToGroup),
  AdminRemoveUserFromGroup: signed("UserUpdate", removeFromGroup),
  AdminListGroupsForUser: signed("UserResourceRead", listGroupsOfUser),
  ListUsers: signed("UserList", listUsers),
};
