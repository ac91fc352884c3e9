import type { PoolOptions } from "../../dev/cognito-emulator/index.ts";

/** A moment at which a call to AWS hangs until the crash: before it takes effect, or after it with its answer outstanding. */
export interface CrashStep {
  readonly name: string;
  readonly action: string;
  readonly takesEffect: boolean;
  /** What is asked for when the call hangs. */
  readonly during: "issue" | "revoke" | "lazy revoke" | "expiry";
  /** Over the role every step uses. */
  readonly role?: Readonly<Record<string, unknown>>;
  readonly pool?: PoolOptions;
  /** Credentials come from an assumed role, on a mount of the step's own, since a mount keeps them. */
  readonly assumesRole?: boolean;
}

type Moment = Omit<CrashStep, "name" | "takesEffect">;

const moments: readonly Moment[] = [
  { during: "issue", action: "AssumeRole", assumesRole: true },
  { during: "issue", action: "AdminCreateUser" },
  { during: "issue", action: "AdminInitiateAuth" },
  { during: "issue", action: "AdminAddUserToGroup" },
  { during: "issue", action: "AdminRespondToAuthChallenge" },
  { during: "issue", action: "AdminSetUserPassword", role: { issue_tokens: false } },
  // The group is missing, so the user that was made is deleted at once.
  { during: "issue", action: "AdminDeleteUser", role: { group: "nosuchgroup" } },
  // Cognito names the user itself: the log knows only the address that was sent.
  { during: "issue", action: "AdminAddUserToGroup", pool: { usernameAttributes: ["email"] } },
  { during: "revoke", action: "AdminDeleteUser" },
  { during: "lazy revoke", action: "AdminDeleteUser" },
  { during: "expiry", action: "AdminDeleteUser", role: { ttl: "1s" } },
];

export const crashSteps: readonly CrashStep[] = moments.flatMap((moment) =>
  [false, true].map((takesEffect) => {
    const pool = moment.pool === undefined ? "" : " (a pool that names its users)";
    return {
      ...moment,
      takesEffect,
      name: `${moment.during}: ${takesEffect ? "after" : "before"} ${moment.action}${pool}`,
    };
  }),
);
