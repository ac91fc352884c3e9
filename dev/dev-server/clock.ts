/** Time as the dev server sees it; tests move one of their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, after `milliseconds`. The function returned takes it back. */
  after(milliseconds: number, call: () => void): () => void;
}

/** A longer delay overflows the runtime's timers and would fire at once. */
const longestDelay = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: Date.now,
  after(milliseconds, call) {
    const timer = setTimeout(call, Math.min(Math.max(milliseconds, 0), longestDelay));
    return () => clearTimeout(timer);
  },
};
