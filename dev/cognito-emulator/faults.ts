import type { CallDescription } from "./service.ts";

/** Which calls a fault meets. Everything named must fit; nothing named fits every call. */
export interface FaultMatch {
  /** A Cognito or STS action; "Token", "jwks.json" or "openid-configuration" for the other endpoints. */
  readonly action?: string;
  readonly username?: string;
  readonly region?: string;
  readonly poolId?: string;
  readonly clientId?: string;
  /** The first call to meet, counting fitting calls from 1 since the fault was added. */
  readonly nth?: number;
  /** How many calls it meets; 1 when left out, Infinity for good. */
  readonly times?: number;
}

/**
 * What happens instead of the right answer. Where `takesEffect` can be given, it says whether the call is carried out
 * before its answer is lost or spoilt.
 */
export type Fault =
  /** An error in the service's own format, such as InternalErrorException with status 500. */
  | {
      readonly kind: "error";
      readonly type: string;
      readonly message?: string;
      readonly status?: number;
      readonly takesEffect?: boolean;
    }
  /** What the service says when called too often; 400 for AWS, 429 for the token endpoint, or the given status. */
  | { readonly kind: "throttle"; readonly status?: number }
  | { readonly kind: "html"; readonly status: number; readonly takesEffect?: boolean }
  /** The right answer, whose body ends in the middle though the message is whole. */
  | { readonly kind: "truncated" }
  /** The connection is reset instead of an answer. */
  | { readonly kind: "reset"; readonly takesEffect: boolean }
  /** No answer until the fault is removed; then the call goes on, even when its client has gone by then. */
  | { readonly kind: "hang"; readonly takesEffect?: boolean }
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** A sign-in answers with this challenge. */
  | { readonly kind: "challenge"; readonly name: string; readonly parameters?: Readonly<Record<string, string>> }
  /** AdminInitiateAuth answers with tokens although the user still has a temporary password. */
  | { readonly kind: "tokens at once" }
  /** The right answer without these fields; dots lead into objects, as in AuthenticationResult.IdToken. */
  | { readonly kind: "omit"; readonly fields: readonly string[] }
  | { readonly kind: "redirect"; readonly location: string; readonly status?: number }
  /** Status 200 and an endless-looking body, streamed; 8 MiB when left out. */
  | { readonly kind: "oversized"; readonly bytes?: number }
  | { readonly kind: "content type"; readonly value: string };

export interface FaultRule {
  readonly match?: FaultMatch;
  readonly fault: Fault;
}

/** A fault that was added: how often it struck, and the end of it. */
export interface FaultHandle {
  readonly id: number;
  readonly rule: FaultRule;
  /** Calls it met. */
  readonly struck: number;
  /** Calls that hang in it now. */
  readonly waiting: number;
  /** Resolves when it has met this many calls, 1 when left out. */
  met(count?: number): Promise<void>;
  /** Meets no further call, and lets hanging ones go on. */
  remove(): void;
}

class ActiveFault implements FaultHandle {
  readonly id: number;
  readonly rule: FaultRule;
  struck = 0;
  waiting = 0;
  #fitting = 0;
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];
  readonly #released: Promise<void>;
  #release: () => void = () => undefined;
  readonly #onRemove: () => void;

  constructor(id: number, rule: FaultRule, onRemove: () => void) {
    this.id = id;
    this.rule = rule;
    this.#onRemove = onRemove;
    this.#released = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  strikes(call: CallDescription): boolean {
    const { match = {} } = this.rule;
    const fits = (["action", "username", "region", "poolId", "clientId"] as const).every(
      (key) => match[key] === undefined || match[key] === call[key],
    );
    if (!fits) return false;
    this.#fitting += 1;
    if (this.#fitting < (match.nth ?? 1) || this.struck >= (match.times ?? 1)) return false;
    this.struck += 1;
    this.#watchers = this.#watchers.filter(({ count, resolve }) => {
      if (this.struck < count) return true;
      resolve();
      return false;
    });
    return true;
  }

  met(count = 1): Promise<void> {
    if (this.struck >= count) return Promise.resolve();
    return new Promise((resolve) => this.#watchers.push({ count, resolve }));
  }

  async hold(): Promise<void> {
    this.waiting += 1;
    await this.#released;
    this.waiting -= 1;
  }

  remove(): void {
    this.#release();
    this.#onRemove();
  }
}

export interface StruckFault {
  readonly fault: Fault;
  /** Waits until the fault is removed. */
  hold(): Promise<void>;
}

/** Faults on demand. Several may meet one call: every wait counts, and of the rest the one added first decides. */
export class Faults {
  readonly #active = new Map<number, ActiveFault>();
  #nextId = 1;

  add(rule: FaultRule): FaultHandle {
    const id = this.#nextId++;
    const active = new ActiveFault(id, rule, () => this.#active.delete(id));
    this.#active.set(id, active);
    return active;
  }

  find(id: number): FaultHandle | undefined {
    return this.#active.get(id);
  }

  list(): readonly FaultHandle[] {
    return [...this.#active.values()];
  }

  /** Removes all faults and lets everything that hangs go on. */
  clear(): void {
    for (const active of this.#active.values()) active.remove();
  }

  /** The faults that meet this call; counts it. */
  strike(call: CallDescription): readonly StruckFault[] {
    return [...this.#active.values()]
      .filter((active) => active.strikes(call))
      .map((active) => ({ fault: active.rule.fault, hold: () => active.hold() }));
  }
}
