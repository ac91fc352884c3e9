import type { CognitoEmulator, UserPool } from "../../dev/cognito-emulator/index.ts";

/** Users for whom AWS did all that it was to do, so that the plugin had its answer ready or was about to. */
export function completedUsers(emulator: Pick<CognitoEmulator, "calls">): ReadonlySet<string> {
  const ok = emulator.calls.filter(({ outcome }) => outcome === "ok");
  const namesIn = (...actions: string[]) =>
    ok.flatMap(({ action, username }) => (actions.includes(action) && username !== undefined ? [username] : []));
  const grouped = new Set(namesIn("AdminAddUserToGroup"));
  return new Set(namesIn("AdminRespondToAuthChallenge", "AdminSetUserPassword").filter((name) => grouped.has(name)));
}

/**
 * Users left in the pool although their callers went, but for those whose caller went between the plugin's answer and the server's
 * note of the lease (SECURITY.md): there must be none.
 */
export function forgottenUsers(world: {
  readonly emulator: Pick<CognitoEmulator, "calls">;
  readonly userPool: UserPool;
}): readonly string[] {
  const completed = completedUsers(world.emulator);
  return world.userPool.usernames().filter((username) => !completed.has(username));
}
