import { randomInt } from "node:crypto";
import type { Secret } from "../../src/vault-wire/gen/backend.ts";
import type { Mount } from "./mount.ts";

/** A promise to a client, with an end. Times are milliseconds since the epoch, durations seconds. */
export interface Lease {
  readonly id: string;
  readonly mount: Mount;
  /** The path that was asked, with the mount's. */
  readonly path: string;
  readonly issuedAt: number;
  expiresAt: number;
  renewedAt: number | undefined;
  ttl: number;
  maxTtl: number;
  renewable: boolean;
  /** JSON text: what revoke needs. */
  internalData: string;
  /** JSON text: what the client got last. */
  data: string;
  failedRevocations: number;
  /** When to revoke it next; undefined: never by itself. */
  dueAt: number | undefined;
  /** Why no further try to revoke it is made. */
  irrevocable: string | undefined;
  revoking: Promise<void> | undefined;
}

const nanoseconds = 1_000_000_000n;
const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export function newLeaseId(path: string): string {
  return `${path}/${Array.from({ length: 24 }, () => letters[randomInt(62)]).join("")}`;
}

/** The lease as the engine sees it in a renew or a revoke. */
export function secretOf(lease: Lease, increment = 0): Secret {
  const seconds = Math.floor(lease.issuedAt / 1000);
  return {
    lease_id: "",
    internal_data: lease.internalData,
    lease_options: {
      TTL: BigInt(lease.ttl) * nanoseconds,
      renewable: lease.renewable,
      increment: BigInt(Math.trunc(increment)) * nanoseconds,
      issue_time: { seconds: BigInt(seconds), nanos: (lease.issuedAt - seconds * 1000) * 1_000_000 },
      MaxTTL: BigInt(lease.maxTtl) * nanoseconds,
    },
  };
}

/** What a secret in a reply asks for, in seconds. */
export function wishesOf({ lease_options }: Secret): { ttl: number; maxTtl: number; renewable: boolean } {
  return {
    ttl: Number((lease_options?.TTL ?? 0n) / nanoseconds),
    maxTtl: Number((lease_options?.MaxTTL ?? 0n) / nanoseconds),
    renewable: lease_options?.renewable ?? false,
  };
}
