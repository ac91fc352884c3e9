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

/** What is known of one kind of token, by whichever roles ask for it. */
interface Shared {
  readonly roles: Set<string>;
  entry?: Entry | undefined;
  request?: Promise<Entry> | undefined;
  failure?: Failure | undefined;
}

/** AWS's advice for machine tokens: reuse one for this part of its life, so that nobody gets one about to end. */
const usefulPart = 0.75;
/** While an endpoint fails, one attempt in this time answers for all callers. Milliseconds. */
const failurePause = 1000;
/** Callers can ask for as many scopes as they can think of; what is oldest makes room, and what failed before any token. */
const most = 1000;

/**
 * Tokens that callers share, in memory only. However many ask at once for the same, one request goes out; it does not
 * depend on the caller that happened to be first. A clock that was set back makes neither tokens nor failures last longer.
 */
export class TokenCache {
  readonly #clock: Clock;
  readonly #shared = new Map<string, Shared>();

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
    const shared = this.#shared.get(key) ?? this.#begin(key);
    shared.roles.add(role);
    const { entry } = shared;
    if (entry !== undefined && this.#isFresh(entry, minimumSeconds)) return this.#held(entry);
    return this.#held(await this.#request(key, shared, obtain));
  }

  /** Forgets what the role's callers shared; a request under way still answers those that wait for it. */
  forgetRole(role: string): void {
    for (const [key, { roles }] of this.#shared) if (roles.has(role)) this.#shared.delete(key);
  }

  forgetAll(): void {
    this.#shared.clear();
  }

  #begin(key: string): Shared {
    if (this.#shared.size >= most) this.#makeRoom();
    const shared: Shared = { roles: new Set() };
    this.#shared.set(key, shared);
    return shared;
  }

  #makeRoom(): void {
    const idle = [...this.#shared].filter(([, { request }]) => request === undefined);
    const [key] = idle.find(([, { entry }]) => entry === undefined) ?? idle[0] ?? [];
    if (key !== undefined) this.#shared.delete(key);
  }

  #request(key: string, shared: Shared, obtain: () => Promise<AccessToken>): Promise<Entry> {
    if (shared.request !== undefined) return shared.request;
    if (shared.failure !== undefined && this.#isRecent(shared.failure)) return Promise.reject(shared.failure.error);

    const request = this.#obtain(obtain);
    shared.request = request;
    request.then(
      (entry) => {
        Object.assign(shared, { entry, request: undefined, failure: undefined });
        // To the end, as the newest; unless it was forgotten meanwhile.
        if (this.#shared.get(key) === shared && this.#shared.delete(key)) this.#shared.set(key, shared);
      },
      (error) => {
        Object.assign(shared, { request: undefined, failure: { at: this.#clock.now(), error } });
      },
    );
    return request;
  }

  async #obtain(obtain: () => Promise<AccessToken>): Promise<Entry> {
    const obtainedAt = this.#clock.now();
    return { token: await obtain(), obtainedAt };
  }

  #isFresh(entry: Entry, minimumSeconds: number): boolean {
    const { expiresIn } = entry.token;
    const age = (this.#clock.now() - entry.obtainedAt) / 1000;
    return age >= 0 && age < expiresIn * usefulPart && expiresIn - age >= longestMinimum(expiresIn, minimumSeconds);
  }

  #isRecent({ at }: Failure): boolean {
    const age = this.#clock.now() - at;
    return age >= 0 && age < failurePause;
  }

  #held({ token, obtainedAt }: Entry): HeldToken {
    const age = Math.max(0, Math.ceil((this.#clock.now() - obtainedAt) / 1000));
    return { token, secondsLeft: Math.max(0, token.expiresIn - age) };
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
