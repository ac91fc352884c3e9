import type { Clock } from "./clock.ts";

/** The machine's time. */
export const systemClock: Clock = {
  now: Date.now,
  timeout: (milliseconds) => AbortSignal.timeout(milliseconds),
  sleep(milliseconds, signal) {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
    return promise;
  },
};
