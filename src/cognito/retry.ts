import type { Clock } from "../framework/index.ts";
import { type RandomBytes, randomFraction } from "./random.ts";
import type { Budget } from "./request-budget.ts";

export interface RetryPolicy {
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Sends after the first one; -1: as many as the budget allows. */
  readonly maxRetries: number;
}

/** What a result says about sending again. "unreachable": nobody listens there, which seldom passes within a request. */
export type RetryAdvice = "never" | "retry" | "unreachable";

const firstDelay = 200;
const longestDelay = 10_000;
const unreachableRetries = 5;

/**
 * Runs `attempt` until its result needs no other one, the retries are used up, or the budget leaves no time for one;
 * returns the last result. Waits longer each time, with jitter, so that many callers do not come back at once.
 */
export async function withRetries<T>(
  { clock, random, maxRetries }: RetryPolicy,
  budget: Budget,
  attempt: () => Promise<T>,
  advise: (result: T) => RetryAdvice,
): Promise<T> {
  const allowed = maxRetries < 0 ? Number.POSITIVE_INFINITY : maxRetries;
  for (let retries = 0; ; retries += 1) {
    const result = await attempt();
    const advice = advise(result);
    const limit = advice === "unreachable" ? Math.min(allowed, unreachableRetries) : allowed;
    if (advice === "never" || retries >= limit) return result;

    const ceiling = Math.min(longestDelay, firstDelay * 2 ** retries);
    const delay = Math.ceil((ceiling * (1 + randomFraction(random))) / 2);
    if (budget.signal.aborted || clock.now() + delay >= budget.deadline) return result;
    try {
      await clock.sleep(delay, budget.signal);
    } catch {
      return result;
    }
  }
}
