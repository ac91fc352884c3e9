import type { CognitoEmulator } from "../../dev/cognito-emulator/index.ts";

/** Users for whom AWS did all that it was to do, so that the plugin had its answer ready or was about to. */
export function completedUsers(emulator: Pick<CognitoEmulator, "calls">): ReadonlySet<string> {
  const ok = emulator.calls.filter(({ outcome }) => outcome === "ok");
  const namesIn = (...actions: string[]) =>
    ok.flatMap(({ action, username }) => (actions.includes(action) && username !== undefined ? [username] : []));
  const grouped = new Set(namesIn("AdminAddUserToGroup"));
  return new Set(namesIn("AdminRespondToAuthChallenge", "AdminSetUserPassword").filter((name) => grouped.has(name)));
}
