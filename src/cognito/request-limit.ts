import type { Clock } from "../framework/index.ts";
import type { Budget } from "./request-budget.ts";
import { type Place, RequestQueue } from "./request-queue.ts";

/** What AWS made of a call, as far as its quota is concerned. "unknown": no answer told. */
export type Reception = "accepted" | "throttled" | "unknown";

interface Waiting {
  readonly place: Place;
  /** A turn after this leaves no time for the call itself. */
  readonly latest: number;
  readonly settle: (admitted: boolean) => void;
}

const slowdown = 0.7;
/** Calls per second that are tried however often AWS throttles. */
const slowest = 1;
/** Of the quota that AWS grants by default: how many calls per second more, each second that all goes well. */
const speedup = 1 / 20;
/** Answers to calls that were sent before the pace changed say nothing about the new one, nor do the first ones after. */
const leastBetweenSlowdowns = 1_000;
/** Without throttling and without anybody waiting for so long there is no limit any more. */
const calm = 60_000;
/** What the last of a budget is kept for: a call whose turn came is not to be cut off. */
const timeForTheCall = 5_000;

/**
 * Holds the calls that count towards one quota to a pace that AWS accepts. There is none until AWS throttles, since
 * quotas can be raised and are shared with others: that first no sets the pace to what AWS grants every account, or to
 * what it just accepted if that was more. From then on the pace rises slowly and falls at once.
 */
export class RequestLimit {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #queue = new RequestQueue<Waiting>();
  #accepted: { readonly second: number; readonly before: number; count: number } = { second: 0, before: 0, count: 0 };
  /** Calls per second; undefined while there is no limit. */
  #pace: number | undefined;
  #tokens = 0;
  #filledAt = 0;
  #changedAt = Number.NEGATIVE_INFINITY;
  #throttledAt = Number.NEGATIVE_INFINITY;
  #isServing = false;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  /** Nobody waits, and AWS has throttled nothing for so long that calls need not be held back. */
  get isIdle(): boolean {
    return this.#queue.size === 0 && this.#clock.now() - this.#throttledAt >= calm;
  }

  /** True, at once or later, when the call may be sent; false when the budget leaves no time to wait for that. */
  admit(place: Place, budget: Budget): boolean | Promise<boolean> {
    if (this.#pace === undefined) return true;
    if (this.isIdle) {
      this.#pace = undefined;
      return true;
    }
    this.#refill(this.#pace);
    if (this.#queue.size === 0 && this.#tokens >= 1) {
      this.#tokens -= 1;
      return true;
    }
    return this.#wait(place, budget);
  }

  /** To be told how each call was received, and when it was sent. */
  note(reception: Reception, sentAt: number): void {
    if (reception === "accepted") this.#noteAccepted();
    else if (reception === "throttled") this.#noteThrottled(sentAt);
  }

  #noteAccepted(): void {
    const second = Math.floor(this.#clock.now() / 1000);
    if (this.#accepted.second !== second) {
      const before = this.#accepted.second === second - 1 ? this.#accepted.count : 0;
      this.#accepted = { second, before, count: 0 };
    }
    this.#accepted.count += 1;
    if (this.#pace !== undefined && this.#queue.size > 0) this.#pace += (this.#perSecond * speedup) / this.#pace;
  }

  #noteThrottled(sentAt: number): void {
    const now = this.#clock.now();
    this.#throttledAt = now;
    const proven = Math.max(this.#perSecond, this.#justAccepted(now));
    if (this.#pace === undefined) {
      this.#change(proven, now);
    } else if (sentAt > this.#changedAt && now - this.#changedAt >= leastBetweenSlowdowns) {
      this.#change(Math.max(slowest, Math.min(proven, this.#pace * slowdown)), now);
    }
  }

  /** Calls that AWS took in this second or the last, whichever were more. */
  #justAccepted(now: number): number {
    const { second, before, count } = this.#accepted;
    const age = Math.floor(now / 1000) - second;
    if (age === 0) return Math.max(before, count);
    return age === 1 ? count : 0;
  }

  #change(pace: number, now: number): void {
    this.#pace = pace;
    this.#changedAt = now;
    this.#tokens = 0;
    this.#filledAt = now;
  }

  /** At most one second's worth, and at least the one that a call takes. */
  #refill(pace: number): void {
    const now = this.#clock.now();
    const gained = (Math.max(0, now - this.#filledAt) / 1000) * pace;
    this.#tokens = Math.min(Math.max(1, pace), this.#tokens + gained);
    this.#filledAt = now;
  }

  #wait(place: Place, { signal, deadline }: Budget): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const settle = (admitted: boolean) => {
      signal.removeEventListener("abort", onAbort);
      resolve(admitted);
    };
    const waiting: Waiting = { place, latest: deadline - timeForTheCall, settle };
    const onAbort = () => {
      this.#queue.remove(waiting, place);
      settle(false);
    };
    if (signal.aborted || this.#clock.now() > waiting.latest) return Promise.resolve(false);
    signal.addEventListener("abort", onAbort, { once: true });
    this.#queue.add(waiting, place);
    if (!this.#isServing) void this.#serve();
    return promise;
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    while (this.#queue.size > 0) {
      const pace = this.#pace ?? this.#perSecond;
      this.#refill(pace);
      if (this.#tokens < 1) {
        await this.#clock.sleep(Math.ceil(((1 - this.#tokens) / pace) * 1000));
        continue;
      }
      const waiting = this.#queue.next();
      const admitted = waiting !== undefined && this.#clock.now() <= waiting.latest;
      if (admitted) this.#tokens -= 1;
      waiting?.settle(admitted);
    }
    this.#isServing = false;
  }
}
