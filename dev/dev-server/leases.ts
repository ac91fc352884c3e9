/** What was promised to clients, and what is done when a promise ends (vault/expiration.go). */
import type { Secret } from "../../src/vault-wire/gen/backend.ts";
import { ApiError, messageOf } from "./api-error.ts";
import type { Clock } from "./clock.ts";
import { EngineError, errorOf } from "./engine-error.ts";
import { inParallel } from "./in-parallel.ts";
import { type Lease, newLeaseId, secretOf, wishesOf } from "./lease.ts";
import { grantTtl } from "./lease-ttl.ts";
import type { Log } from "./log.ts";
import { askEngine, defaultLeaseTtl, type Mount, maxLeaseTtl } from "./mount.ts";

/** expiration.go: maxRevokeAttempts. */
const revokeAttempts = 6;
/** expiration.go: revokeRetryBase, in milliseconds. */
const revokeRetryBase = 10_000;
const parallelRevocations = 50;

export interface LeasesOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface Granted {
  readonly lease: Lease;
  readonly warnings: readonly string[];
}

export class Leases {
  readonly #options: LeasesOptions;
  readonly #leases = new Map<string, Lease>();
  #alarm: { readonly at: number; readonly cancel: () => void } | undefined;
  #paused = false;

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** Makes a lease for a secret that the engine issued at `path`. `data` is the JSON text the client gets. */
  register(mount: Mount, path: string, secret: Secret, data: string): Granted {
    const now = this.#options.clock.now();
    const wishes = wishesOf(secret);
    const mountTtls = { mountDefault: defaultLeaseTtl(mount), mountMax: maxLeaseTtl(mount) };
    const { ttl, warnings } = grantTtl({ increment: 0, ...wishes, ...mountTtls, age: 0 }) ?? { ttl: 0, warnings: [] };
    const lease: Lease = {
      id: newLeaseId(path),
      mount,
      path,
      issuedAt: now,
      expiresAt: now + ttl * 1000,
      renewedAt: undefined,
      ttl,
      maxTtl: wishes.maxTtl,
      renewable: wishes.renewable,
      internalData: secret.internal_data,
      data,
      failedRevocations: 0,
      dueAt: now + ttl * 1000,
      irrevocable: undefined,
      revoking: undefined,
    };
    this.#leases.set(lease.id, lease);
    this.#arm(lease);
    return { lease, warnings };
  }

  find(id: string): Lease | undefined {
    return this.#leases.get(id);
  }

  /** Those whose id begins with `prefix`, in the order they were issued. */
  under(prefix: string): Lease[] {
    return [...this.#leases.values()].filter(({ id }) => id.startsWith(prefix));
  }

  irrevocable(): Lease[] {
    return [...this.#leases.values()].filter((lease) => lease.irrevocable !== undefined);
  }

  /**
   * Asks the engine to extend the lease by `increment` seconds (0: as it was). Undefined when the engine answers nothing: then
   * nothing was extended.
   * @throws ApiError for a lease that cannot be renewed, EngineError for one the engine refuses to renew
   */
  async renew(id: string, increment: number): Promise<Granted | undefined> {
    const lease = this.#leases.get(id);
    if (lease === undefined) throw new ApiError(400, "lease not found");
    const { clock } = this.#options;
    if (lease.expiresAt <= clock.now()) throw new ApiError(400, "lease expired");
    if (!lease.renewable) throw new ApiError(400, "lease is not renewable");
    const { mount } = lease;
    const reply = await askEngine(mount, {
      operation: "renew",
      path: lease.path.slice(mount.path.length),
      data: lease.data,
      secret: secretOf(lease, increment),
    });
    const error = errorOf(reply);
    if (error !== undefined) throw error;
    const secret = reply.response?.secret;
    if (secret === undefined) return undefined;
    if (!this.#leases.has(id)) throw new ApiError(400, "lease not found: it was revoked meanwhile");
    const wishes = wishesOf(secret);
    const now = clock.now();
    const age = Math.floor(now / 1000) - Math.floor(lease.issuedAt / 1000);
    const mountTtls = { mountDefault: defaultLeaseTtl(mount), mountMax: maxLeaseTtl(mount) };
    const granted = grantTtl({ increment, ...wishes, ...mountTtls, age });
    if (granted === undefined) throw new ApiError(400, "past the max TTL, cannot renew");
    lease.ttl = granted.ttl;
    lease.maxTtl = wishes.maxTtl;
    lease.renewable = wishes.renewable;
    lease.internalData = secret.internal_data;
    lease.data = reply.response?.data ?? "null";
    lease.renewedAt = now;
    lease.expiresAt = now + granted.ttl * 1000;
    lease.dueAt = lease.expiresAt;
    this.#arm(lease);
    return { lease, warnings: [...(reply.response?.warnings ?? []), ...granted.warnings] };
  }

  /** Ends the lease now; returns when the engine has done its part. An unknown lease counts as ended. @throws EngineError */
  async revoke(id: string): Promise<void> {
    const lease = this.#leases.get(id);
    if (lease !== undefined) await this.#revoke(lease);
  }

  /** Ends the lease soon, with retries. Resolves after the first try, whatever came of it. */
  async revokeSoon(id: string): Promise<void> {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    lease.expiresAt = this.#options.clock.now();
    await this.#revokeWithRetries(lease);
  }

  /** Ends all leases under the prefix; rejects with the first failure after all have been tried. */
  async revokeUnder(prefix: string): Promise<void> {
    await inParallel(this.under(prefix), parallelRevocations, (lease) => this.#revoke(lease));
  }

  /** Ends all leases under the prefix, whatever the engine says: what it could not undo stays. */
  async revokeUnderByForce(prefix: string): Promise<void> {
    await inParallel(this.under(prefix), parallelRevocations, async (lease) => {
      try {
        await this.#revoke(lease);
      } catch (error) {
        this.#options.log("warn", "lease forgotten by force, though the engine could not revoke it", {
          lease_id: lease.id,
          error: messageOf(error),
        });
        this.#leases.delete(lease.id);
      }
    });
  }

  /** Until `resume` no lease ends by itself. */
  pause(): void {
    this.#paused = true;
    this.#alarm?.cancel();
    this.#alarm = undefined;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  #revoke(lease: Lease): Promise<void> {
    lease.revoking ??= this.#askToRevoke(lease).finally(() => {
      lease.revoking = undefined;
    });
    return lease.revoking;
  }

  async #askToRevoke(lease: Lease): Promise<void> {
    const { mount } = lease;
    const reply = await askEngine(mount, {
      operation: "revoke",
      path: lease.path.slice(mount.path.length),
      data: lease.data,
      secret: secretOf(lease),
    });
    const error = errorOf(reply);
    if (error !== undefined) {
      throw new EngineError(`failed to revoke "${lease.id}": ${error.message}`, 400, {
        unrecoverable: error.unrecoverable,
      });
    }
    this.#leases.delete(lease.id);
  }

  async #revokeWithRetries(lease: Lease): Promise<void> {
    lease.dueAt = undefined;
    await this.#revoke(lease).catch((error: unknown) => this.#onFailure(lease, error));
  }

  /** expiration.go: OnFailure. */
  #onFailure(lease: Lease, error: unknown): void {
    const { clock, log, random } = this.#options;
    lease.failedRevocations += 1;
    const attempt = lease.failedRevocations;
    const isUnrecoverable = error instanceof EngineError && error.unrecoverable;
    const fields = { lease_id: lease.id, attempt, error: messageOf(error) };
    if (isUnrecoverable || attempt >= revokeAttempts) {
      lease.irrevocable = messageOf(error);
      log("error", "lease is irrevocable: no further try is made to revoke it", fields);
      return;
    }
    log("warn", "lease could not be revoked; another try follows", fields);
    lease.dueAt = clock.now() + 2 ** attempt * revokeRetryBase * (0.5 + random());
    this.#arm(lease);
  }

  /** One alarm serves all leases: it rings for the earliest. */
  #arm({ dueAt }: Lease): void {
    if (dueAt === undefined || this.#paused) return;
    if (this.#alarm !== undefined && this.#alarm.at <= dueAt) return;
    this.#alarm?.cancel();
    const { clock } = this.#options;
    this.#alarm = { at: dueAt, cancel: clock.after(Math.max(dueAt - clock.now(), 0), () => this.#wake()) };
  }

  #wake(): void {
    this.#alarm = undefined;
    const now = this.#options.clock.now();
    const ending: Lease[] = [];
    for (const lease of this.#leases.values()) {
      if (lease.dueAt === undefined || lease.dueAt > now) continue;
      lease.dueAt = undefined;
      ending.push(lease);
    }
    inParallel(ending, parallelRevocations, (lease) => this.#revokeWithRetries(lease)).catch((error: unknown) => {
      this.#options.log("error", "leases could not be revoked", { error: messageOf(error) });
    });
    for (const lease of this.#leases.values()) this.#arm(lease);
  }
}
