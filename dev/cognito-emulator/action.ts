import type { Principal } from "./identity-store.ts";
import { requiredString } from "./input.ts";
import type { JsonObject } from "./json.ts";
import type { QuotaCategory } from "./quotas.ts";
import { notAuthorized } from "./service-error.ts";
import type { UserPool } from "./user-pool.ts";
import type { World } from "./world.ts";

/** What a fault makes of a sign-in that would have gone its own way. */
export interface SignInOverride {
  readonly challenge?: { readonly name: string; readonly parameters: Readonly<Record<string, string>> };
  readonly tokensAtOnce?: boolean;
}

/** One call of a Cognito action, past signature and permission. */
export interface ActionCall {
  readonly world: World;
  readonly input: JsonObject;
  /** Undefined when unsigned and the host names none. */
  readonly region: string | undefined;
  /** Undefined for the actions that need no AWS credentials. */
  readonly principal: Principal | undefined;
  readonly override: SignInOverride;
}

export interface Action {
  readonly signed: boolean;
  readonly quota: QuotaCategory;
  run(call: ActionCall): JsonObject;
}

const POOL_ID = /^[\w-]+_[0-9a-zA-Z]+$/;

/** The pool a signed call names, as its account sees it. */
export function poolOf(call: ActionCall): UserPool {
  const id = requiredString(call.input, "UserPoolId", POOL_ID);
  const { accountId, region } = signedBy(call);
  return call.world.pools.require(id, accountId, region);
}

export function signedBy(call: ActionCall): { readonly accountId: string; readonly region: string } {
  if (call.principal === undefined || call.region === undefined) throw notAuthorized("The call is not signed.");
  return { accountId: call.principal.accountId, region: call.region };
}

/** Timestamps of the JSON 1.1 protocol: seconds with a fraction. */
export const timestamp = (milliseconds: number): number => milliseconds / 1000;

export const signed = (quota: QuotaCategory, run: Action["run"]): Action => ({ signed: true, quota, run });
export const unsigned = (quota: QuotaCategory, run: Action["run"]): Action => ({ signed: false, quota, run });
