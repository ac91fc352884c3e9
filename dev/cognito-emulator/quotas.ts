import type { Clock } from "./clock.ts";

/** Categories of Cognito's quotas per second (Developer Guide, "Quotas in Amazon Cognito"), and one for STS. */
export const QUOTA_CATEGORIES = [
  "UserCreation",
  "UserAuthentication",
  "UserUpdate",
  "UserRead",
  "UserList",
  "UserResourceRead",
  "AdminRespondToAuthChallenge",
  "ClientAuthentication",
  "UserPool",
  "SecurityTokenService",
] as const;

export type QuotaCategory = (typeof QUOTA_CATEGORIES)[number];

interface Limit {
  readonly perSecond: number;
  readonly burst: number;
}

/** Token buckets per account, region and category. Nothing is limited until a test says so. */
export class Quotas {
  readonly #limits = new Map<QuotaCategory, Limit>();
  readonly #buckets = new Map<string, { level: number; filledAt: number }>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `burst` is how many calls a full bucket holds; one second's worth when left out. */
  set(category: QuotaCategory, perSecond: number, burst = perSecond): void {
    this.#limits.set(category, { perSecond, burst });
    this.#forget(category);
  }

  lift(category: QuotaCategory): void {
    this.#limits.delete(category);
    this.#forget(category);
  }

  list(): Readonly<Record<string, Limit>> {
    return Object.fromEntries(this.#limits);
  }

  /** Takes one from the bucket; false when it is empty. */
  admit(category: QuotaCategory, account: string, region: string): boolean {
    const limit = this.#limits.get(category);
    if (limit === undefined) return true;
    const key = `${category}\n${account}\n${region}`;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { level: limit.burst, filledAt: now };
    const level = Math.min(limit.burst, bucket.level + ((now - bucket.filledAt) / 1000) * limit.perSecond);
    const admitted = level >= 1;
    this.#buckets.set(key, { level: admitted ? level - 1 : level, filledAt: now });
    return admitted;
  }

  #forget(category: QuotaCategory): void {
    for (const key of this.#buckets.keys()) if (key.startsWith(`${category}\n`)) this.#buckets.delete(key);
  }
}
