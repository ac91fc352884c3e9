/** The time, and waiting for it. Tests pass one that they move by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason as soon as `signal` is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** A signal that is aborted with a TimeoutError after `milliseconds`. It keeps no process alive. */
  timeout(milliseconds: number): AbortSignal;
}
