import type { Clock } from "../framework/index.ts";

/** How long a request, or the clean-up after one, may take. */
export interface Budget {
  /** Aborted when the time is over or the caller has gone. */
  readonly signal: AbortSignal;
  /** Aborted when the time is over, whether the caller stays or not. */
  readonly time: AbortSignal;
  /** When the time is over, in milliseconds since the Unix epoch. */
  readonly deadline: number;
}

/** For one request, whatever the host allows. */
export const requestMilliseconds = 75_000;

/** For undoing what a failed request did; its caller need not stay. */
export const cleanUpMilliseconds = 30_000;

export function startBudget(clock: Clock, milliseconds: number, caller?: AbortSignal): Budget {
  const time = clock.timeout(milliseconds);
  const signal = caller === undefined ? time : AbortSignal.any([caller, time]);
  return { signal, time, deadline: clock.now() + milliseconds };
}

/** Asks the clock too: in a process that was paused the timer may not have fired yet. */
export function isSpent(budget: Budget, clock: Clock): boolean {
  return budget.signal.aborted || clock.now() >= budget.deadline;
}
