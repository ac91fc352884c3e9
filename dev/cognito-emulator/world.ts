import type { AppClient } from "./app-client.ts";
import type { Clock } from "./clock.ts";
import type { Identifiers } from "./identifiers.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { PoolOptions } from "./pool-options.ts";
import type { SecretsSeen } from "./secrets-seen.ts";
import { resourceNotFound } from "./service-error.ts";
import { UserPool } from "./user-pool.ts";

/** Everything the services share. */
export interface World {
  readonly clock: Clock;
  /** What signing dates are compared with, and the Date header of every answer. */
  readonly signatureClock: Clock;
  readonly identifiers: Identifiers;
  readonly identities: IdentityStore;
  readonly pools: PoolDirectory;
  readonly secrets: SecretsSeen;
}

/** The user pools of all accounts and regions. */
export class PoolDirectory {
  readonly #pools = new Map<string, UserPool>();
  readonly #identifiers: Identifiers;
  readonly #clock: Clock;

  constructor(identifiers: Identifiers, clock: Clock) {
    this.#identifiers = identifiers;
    this.#clock = clock;
  }

  create(options: PoolOptions): UserPool {
    const pool = new UserPool(options, this.#identifiers, this.#clock);
    this.#pools.set(pool.id, pool);
    return pool;
  }

  delete(id: string): void {
    this.#pools.delete(id);
  }

  list(): readonly UserPool[] {
    return [...this.#pools.values()];
  }

  find(id: string): UserPool | undefined {
    return this.#pools.get(id);
  }

  /** The pool as this account sees it in this region; a pool of another account or region does not exist there. */
  require(id: string, accountId: string, region: string): UserPool {
    const pool = this.#pools.get(id);
    if (pool === undefined || pool.accountId !== accountId || pool.region !== region) {
      throw resourceNotFound(`User pool ${id} does not exist.`);
    }
    return pool;
  }

  /** Client ids are unique across pools. */
  findClient(clientId: string): { readonly pool: UserPool; readonly client: AppClient } | undefined {
    for (const pool of this.#pools.values()) {
      const client = pool.findClient(clientId);
      if (client !== undefined) return { pool, client };
    }
    return undefined;
  }

  /** By custom domain, or by the prefix of `<prefix>.auth.<region>.amazoncognito.com`. */
  findByDomain(host: string): UserPool | undefined {
    const prefixed = /^([a-z0-9-]+)\.auth(?:-fips)?\.([a-z0-9-]+)\.amazoncognito\.com$/.exec(host);
    return this.list().find((pool) =>
      prefixed === null ? pool.domain === host : pool.domain === prefixed[1] && pool.region === prefixed[2],
    );
  }
}
