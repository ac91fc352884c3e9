import type { Clock } from "../framework/index.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  /** Whose they are, where the source tells. */
  readonly accountId?: string;
}

const longestMargin = 5 * 60_000;
const lastMinute = 60_000;
const pauseAfterFailure = 1_000;

/**
 * Credentials that are loaded once and kept until shortly before they expire. Callers who meet while they are being
 * loaded share that one load; a failure goes to all of them and is then forgotten.
 */
export class CachedCredentials {
  readonly #load: () => Promise<Credentials>;
  readonly #clock: Clock;
  #current: { readonly credentials: Credentials; readonly refreshAt: number; readonly endsAt: number } | undefined;
  #loading: Promise<Credentials> | undefined;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(load: () => Promise<Credentials>, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
  }

  async get(): Promise<Credentials> {
    const now = this.#clock.now();
    const current = this.#current;
    if (current === undefined || now >= current.endsAt - lastMinute) return this.#refresh();
    // Still good: nobody waits for the successor, and its failure hurts nobody yet.
    if (now >= current.refreshAt && now >= this.#pausedUntil) this.#refresh().catch(() => {});
    return current.credentials;
  }

  /** AWS refused these: the next caller gets new ones. Credentials that came later stay. */
  discard(refused: Credentials): void {
    if (this.#current?.credentials === refused) this.#current = undefined;
  }

  #refresh(): Promise<Credentials> {
    this.#loading ??= this.#reload().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #reload(): Promise<Credentials> {
    try {
      const credentials = await this.#load();
      const now = this.#clock.now();
      const endsAt = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
      this.#current = { credentials, endsAt, refreshAt: endsAt - Math.min(longestMargin, (endsAt - now) / 4) };
      return credentials;
    } catch (error) {
      this.#pausedUntil = this.#clock.now() + pauseAfterFailure;
      throw error;
    }
  }
}
