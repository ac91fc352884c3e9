import type { Clock } from "../clock.ts";

/** A clock that stands still until a test moves it. */
export class MovedClock implements Clock {
  #now = Date.parse("2026-01-02T03:04:05Z");
  readonly #timers = new Set<{ readonly due: number; readonly call: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = { due: this.#now + milliseconds, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass; what falls due is called in its order. */
  advance(seconds: number): void {
    const target = this.#now + seconds * 1000;
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= target).sort((one, other) => one.due - other.due);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.call();
    }
    this.#now = target;
  }
}
