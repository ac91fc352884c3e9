import type { Clock } from "../framework/index.ts";
import { RequestLimit } from "./request-limit.ts";
import type { Quota } from "./request-quotas.ts";

/** Accounts and keys come and go; a limit unused for so long is made anew when it is needed. */
const forgetAfter = 600_000;

/** The limits of one process: all its mounts share the quotas of the accounts they use. */
export class RequestLimits {
  readonly #clock: Clock;
  readonly #limits = new Map<string, { readonly limit: RequestLimit; usedAt: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The limit that an account (or what else tells one holder of a quota from another) has in a place. */
  of(holder: string, place: string, { category, perSecond }: Quota): RequestLimit {
    const key = `${holder}\n${place}\n${category}`;
    const now = this.#clock.now();
    const known = this.#limits.get(key);
    if (known !== undefined) {
      known.usedAt = now;
      return known.limit;
    }
    this.#forgetUnused(now);
    const limit = new RequestLimit(this.#clock, perSecond);
    this.#limits.set(key, { limit, usedAt: now });
    return limit;
  }

  #forgetUnused(now: number): void {
    for (const [key, { limit, usedAt }] of this.#limits) {
      if (now - usedAt > forgetAfter && limit.isIdle) this.#limits.delete(key);
    }
  }
}
