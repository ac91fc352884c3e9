/** One of Cognito's quotas: calls per second that an account may make in a region, all of a category together. */
export interface Quota {
  readonly category: string;
  /** As AWS grants it to every account; many can be raised. */
  readonly perSecond: number;
}

const userUpdate: Quota = { category: "UserUpdate", perSecond: 25 };

/** Developer Guide, "Quotas in Amazon Cognito", API operation categories. */
const quotas: ReadonlyMap<string, Quota> = new Map([
  ["AdminCreateUser", { category: "UserCreation", perSecond: 50 }],
  ["AdminInitiateAuth", { category: "UserAuthentication", perSecond: 120 }],
  // Counted apart from its category, at three times its quota.
  ["AdminRespondToAuthChallenge", { category: "AdminRespondToAuthChallenge", perSecond: 360 }],
  ["AdminAddUserToGroup", userUpdate],
  ["AdminDeleteUser", userUpdate],
  ["AdminSetUserPassword", { category: "UserAccountRecovery", perSecond: 30 }],
]);

/** The client credentials grant at the token endpoint. */
export const clientAuthentication: Quota = { category: "ClientAuthentication", perSecond: 150 };

/** The quota that a call to Cognito counts towards. */
export function quotaOf(call: string): Quota {
  const quota = quotas.get(call);
  if (quota === undefined) throw new Error(`no quota is known for ${call}`);
  return quota;
}

/** Taking users away comes before all that shares its quota: a host gives a lease up that it could not revoke in time. */
export function isUrgent(call: string): boolean {
  return call === "AdminDeleteUser";
}
