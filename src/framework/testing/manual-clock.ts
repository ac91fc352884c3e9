import type { Clock } from "../clock.ts";

interface Timer {
  due: number;
  readonly fire: () => void;
  /** A sleep is work that waits its turn; a timeout is a limit that should not be reached. */
  readonly kind: "sleep" | "timeout";
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(startIso = "2026-01-02T03:04:05Z") {
    this.#now = Date.parse(startIso);
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted) return Promise.reject(signal.reason);
    const onAbort = () => {
      this.#timers.delete(timer);
      reject(signal?.reason);
    };
    const timer: Timer = {
      due: this.#now + milliseconds,
      kind: "sleep",
      fire: () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      },
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#timers.add(timer);
    return promise;
  }

  timeout(milliseconds: number): AbortSignal {
    const controller = new AbortController();
    this.#timers.add({
      due: this.#now + milliseconds,
      kind: "timeout",
      fire: () => controller.abort(new DOMException("The operation timed out.", "TimeoutError")),
    });
    return controller.signal;
  }

  /** Moves the time to the first timer that is due, a sleep's or a limit's. */
  advanceToNext(): void {
    const timer = this.#next(Number.POSITIVE_INFINITY);
    if (timer !== undefined) this.advance({ milliseconds: Math.max(0, timer.due - this.#now) });
  }

  /** Whether some work waits for the time to pass. */
  get sleeping(): boolean {
    return [...this.#timers].some(({ kind }) => kind === "sleep");
  }

  /** Moves the time, firing what falls due in its order. */
  advance(duration: Duration): void {
    const target = this.#now + millisecondsOf(duration);
    for (let timer = this.#next(target); timer !== undefined; timer = this.#next(target)) this.#fire(timer);
    this.#now = target;
  }

  /** Sets the clock to another time, as an operator or NTP does: no time passes for timers. A negative duration sets it back. */
  leap(duration: Duration): void {
    const distance = millisecondsOf(duration);
    this.#now += distance;
    for (const timer of this.#timers) timer.due += distance;
  }

  /**
   * Waits for `work`, moving the time to the next sleeper's whenever nothing else happens: back-offs pass at once,
   * and limits still fire when their time comes. `work` may use real sockets.
   */
  async settle<T>(work: Promise<T>): Promise<T> {
    let pending = true;
    const done = work.finally(() => {
      pending = false;
    });
    done.catch(() => {});
    for (let idle = 0; pending; idle++) {
      const before = this.#timers.size;
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (this.#timers.size !== before) idle = 0;
      // A few quiet turns, so that an answer on its way over loopback comes before the next back-off ends.
      if (idle < 5) continue;
      const sleeper = [...this.#timers].filter(({ kind }) => kind === "sleep").sort((a, b) => a.due - b.due)[0];
      if (sleeper !== undefined) this.advance({ milliseconds: Math.max(0, sleeper.due - this.#now) });
      idle = 0;
    }
    return await done;
  }

  #next(target: number): Timer | undefined {
    return [...this.#timers].filter(({ due }) => due <= target).sort((a, b) => a.due - b.due)[0];
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.due);
    timer.fire();
  }
}

export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

function millisecondsOf({ days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 }: Duration): number {
  return milliseconds + 1000 * (seconds + 60 * (minutes + 60 * (hours + 24 * days)));
}
