import { createHash } from "node:crypto";
import type { Clock } from "../framework/index.ts";
import type { AccessToken, TokenRequest } from "./token-endpoint.ts";

/** A token, and how much of it is left. */
export interface HeldToken {
  readonly token: AccessToken;
  /** Whole seconds. */
  readonly secondsLeft: number;
}

interface Entry {
  readonly token: AccessToken;
  readonly obtainedAt: number;
}

interface Failure {
  readonly at: number;
  readonly error: unknown;
}

/** AWS's advice for machine tokens: reuse one for this part of its life, so that nobody gets one about to end. */
const usefulPart = 0.75;
/** While an endpoint fails, one attempt in this time answers for all callers. Milliseconds. */
const failurePause = 1000;
/** Callers can ask for many subsets of scopes; the oldest tokens make room. */
const mostEntries = 1000;

/**
 * Tokens that callers share, in memory only. However many ask at once for the same, one request goes out; it does not
 * depend on the caller that happened to be first.
 */
export class TokenCache {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #requests = new Map<string, Promise<Entry>>();
  readonly #failures = new Map<string, Failure>();
  readonly #keysOfRole = new Map<string, Set<string>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The shared token for `request`, or a new one when less than `minimumSeconds` would be left; at most half of a
   * token's life can be asked for. `obtain` must not depend on any one caller. Rejects as `obtain` does.
   */
  async get(
    role: string,
    request: TokenRequest,
    minimumSeconds: number,
    obtain: () => Promise<AccessToken>,
  ): Promise<HeldToken> {
    const key = keyOf(request);
    this.#remember(role, key);
    const entry = this.#entries.get(key);
    if (entry !== undefined && this.#isFresh(entry, minimumSeconds)) return this.#held(entry);
    return this.#held(await this.#request(key, obtain));
  }

  /** Forgets what the role's callers shared; a request under way still answers those that wait for it. */
  forgetRole(role: string): void {
    for (const key of this.#keysOfRole.get(role) ?? []) this.#forgetKey(key);
    this.#keysOfRole.delete(role);
  }

  forgetAll(): void {
    for (const role of [...this.#keysOfRole.keys()]) this.forgetRole(role);
  }

  #request(key: string, obtain: () => Promise<AccessToken>): Promise<Entry> {
    const underWay = this.#requests.get(key);
    if (underWay !== undefined) return underWay;
    const failure = this.#failures.get(key);
    if (failure !== undefined && this.#clock.now() - failure.at < failurePause) return Promise.reject(failure.error);

    const request = this.#obtain(obtain);
    this.#requests.set(key, request);
    // Only a request that nobody forgot meanwhile may leave its mark.
    const settle = (mark: () => void) => {
      if (this.#requests.get(key) !== request) return;
      this.#requests.delete(key);
      mark();
    };
    request.then(
      (entry) => settle(() => this.#keep(key, entry)),
      (error) => settle(() => this.#fail(key, error)),
    );
    return request;
  }

  async #obtain(obtain: () => Promise<AccessToken>): Promise<Entry> {
    const obtainedAt = this.#clock.now();
    return { token: await obtain(), obtainedAt };
  }

  #keep(key: string, entry: Entry): void {
    this.#failures.delete(key);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size <= mostEntries || oldest === undefined) return;
    this.#entries.delete(oldest);
    this.#dropIfUnknown(oldest);
  }

  #fail(key: string, error: unknown): void {
    const now = this.#clock.now();
    this.#failures.delete(key);
    this.#failures.set(key, { at: now, error });
    for (const [old, { at }] of this.#failures) {
      if (now - at < failurePause) break;
      this.#failures.delete(old);
      this.#dropIfUnknown(old);
    }
  }

  /** Otherwise callers who ask for ever other scopes would fill the memory with their keys. */
  #dropIfUnknown(key: string): void {
    if (this.#entries.has(key) || this.#requests.has(key) || this.#failures.has(key)) return;
    for (const [role, keys] of this.#keysOfRole) {
      if (keys.delete(key) && keys.size === 0) this.#keysOfRole.delete(role);
    }
  }

  #isFresh(entry: Entry, minimumSeconds: number): boolean {
    const { expiresIn } = entry.token;
    const age = (this.#clock.now() - entry.obtainedAt) / 1000;
    return age < expiresIn * usefulPart && expiresIn - age >= longestMinimum(expiresIn, minimumSeconds);
  }

  #held({ token, obtainedAt }: Entry): HeldToken {
    const age = Math.ceil((this.#clock.now() - obtainedAt) / 1000);
    return { token, secondsLeft: Math.max(0, token.expiresIn - age) };
  }

  #remember(role: string, key: string): void {
    const keys = this.#keysOfRole.get(role) ?? new Set();
    this.#keysOfRole.set(role, keys.add(key));
  }

  #forgetKey(key: string): void {
    this.#entries.delete(key);
    this.#requests.delete(key);
    this.#failures.delete(key);
  }
}

/** More than half of a life cannot be promised: every caller would get a token of their own. */
export function longestMinimum(expiresIn: number, minimumSeconds: number): number {
  return Math.min(minimumSeconds, Math.floor(expiresIn / 2));
}

/** Secrets do not stay in memory as keys, and no two requests that differ share one. */
function keyOf({ domain, clientId, clientSecret, scopes, authStyle }: TokenRequest): string {
  const parts = JSON.stringify([domain, clientId, clientSecret, authStyle, [...scopes].sort()]);
  return createHash("sha256").update(parts).digest("base64");
}
