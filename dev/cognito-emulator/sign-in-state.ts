import type { AppClient } from "./app-client.ts";
import type { Clock } from "./clock.ts";
import type { Identifiers } from "./identifiers.ts";
import type { PoolUser } from "./pool-user.ts";
import { notAuthorized } from "./service-error.ts";

/** What waits for an answer to a challenge. */
export interface ChallengeSession {
  readonly token: string;
  readonly sub: string;
  readonly clientId: string;
  readonly challenge: string;
  readonly expiresAt: number;
  used: boolean;
}

export interface RefreshGrant {
  readonly sub: string;
  readonly clientId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly originId: string;
}

/** The sign-ins of one pool that are half done, and the refresh tokens of those that are done. */
export class SignInState {
  readonly #sessions = new Map<string, ChallengeSession>();
  readonly #refreshGrants = new Map<string, RefreshGrant>();
  readonly #identifiers: Identifiers;
  readonly #clock: Clock;

  constructor(identifiers: Identifiers, clock: Clock) {
    this.#identifiers = identifiers;
    this.#clock = clock;
  }

  openSession(user: PoolUser, client: AppClient, challenge: string): ChallengeSession {
    const token = this.#identifiers.challengeSession();
    const expiresAt = this.#clock.now() + client.sessionMinutes * 60_000;
    const session = { token, sub: user.sub, clientId: client.id, challenge, expiresAt, used: false };
    this.#sessions.set(token, session);
    user.tokens.add(token);
    return session;
  }

  /** The open session of this user, client and challenge; throws NotAuthorizedException otherwise. */
  session(token: string, user: PoolUser, client: AppClient, challenge: string): ChallengeSession {
    const session = this.#sessions.get(token);
    if (
      session === undefined ||
      session.sub !== user.sub ||
      session.clientId !== client.id ||
      session.challenge !== challenge
    ) {
      throw notAuthorized("Invalid session for the user.");
    }
    if (session.used) throw notAuthorized("Invalid session for the user, session can only be used once.");
    if (this.#clock.now() >= session.expiresAt)
      throw notAuthorized("Invalid session for the user, session is expired.");
    return session;
  }

  openRefreshGrant(user: PoolUser, client: AppClient): { readonly token: string; readonly grant: RefreshGrant } {
    const token = this.#identifiers.refreshToken();
    const issuedAt = this.#clock.now();
    const expiresAt = issuedAt + client.refreshTokenSeconds * 1000;
    const grant = { sub: user.sub, clientId: client.id, issuedAt, expiresAt, originId: this.#identifiers.uuid() };
    this.#refreshGrants.set(token, grant);
    user.tokens.add(token);
    return { token, grant };
  }

  refreshGrant(token: string): RefreshGrant | undefined {
    return this.#refreshGrants.get(token);
  }

  /** Forgets everything of a deleted user. */
  end(user: PoolUser): void {
    for (const token of user.tokens) {
      this.#sessions.delete(token);
      this.#refreshGrants.delete(token);
    }
  }
}
