import type { Fault } from "../../dev/cognito-emulator/index.ts";

/** A call of the engine to AWS, under the name the emulator has for it. */
export type Call =
  | "AdminCreateUser"
  | "AdminAddUserToGroup"
  | "AdminInitiateAuth"
  | "AdminRespondToAuthChallenge"
  | "AdminSetUserPassword"
  | "AdminDeleteUser"
  | "AssumeRole"
  | "Token";

/** What happens to the call: a fault of the emulator's, a port at which nobody listens, or an answer after everybody has gone. */
export type Trouble =
  | Fault
  | { readonly kind: "refused connection" }
  | { readonly kind: "late"; readonly takesEffect: boolean };

export interface Expected {
  readonly status: 200 | 400 | 500 | 502;
  /** What the sentence must say, apart from status 200. */
  readonly says: string;
}

export interface FaultCase {
  readonly call: Call;
  readonly trouble: Trouble;
  /** "clean-up": the deletion of a user whose group does not exist. */
  readonly during: "issue" | "revoke" | "clean-up";
  /** How many sends of the call meet it. */
  readonly times: number;
  readonly expected: Expected;
  readonly name: string;
}

export const forGood = Number.POSITIVE_INFINITY;
export const well: Expected = { status: 200, says: "" };

export const cognitoCalls = [
  "AdminCreateUser",
  "AdminAddUserToGroup",
  "AdminInitiateAuth",
  "AdminRespondToAuthChallenge",
  "AdminSetUserPassword",
  "AdminDeleteUser",
] as const satisfies readonly Call[];
export const allCalls: readonly Call[] = [...cognitoCalls, "AssumeRole", "Token"];

/** How a sentence about the call begins. */
export function actOf(call: Call): string {
  if (call === "AssumeRole") return "assume role failed: ";
  return call === "Token" ? "token request failed: " : `${call} failed: `;
}

export function caseOf(
  call: Call,
  trouble: Trouble,
  times: number,
  expected: Expected,
  during: FaultCase["during"] = call === "AdminDeleteUser" ? "revoke" : "issue",
): FaultCase {
  const { kind, ...details } = trouble;
  const told = Object.values(details).map((detail) => (detail === true ? "after it took effect" : String(detail)));
  const often = times === forGood ? "for good" : times === 1 ? "once" : "twice";
  const place = during === "clean-up" ? ["in a clean-up"] : [];
  return { call, trouble, during, times, expected, name: [call, ...place, kind, ...told, often].join(", ") };
}
