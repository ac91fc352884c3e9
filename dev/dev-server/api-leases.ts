import {
  type ApiCall,
  bodyOf,
  flagField,
  type Logical,
  noContent,
  type Plain,
  type Route,
  textField,
} from "./api-call.ts";
import { ApiError, messageOf } from "./api-error.ts";
import { parseSeconds } from "./go-duration.ts";
import type { Lease } from "./lease.ts";
import { inByteOrder } from "./memory-storage.ts";

/** 202: Vault does it soon. */
const accepted: Plain = { status: 202 };

/** vault/logical_system.go: handleLease…, handleRenew, handleRevoke…. The id may stand in the path too, as old clients do it. */
export const leaseRoutes: readonly Route[] = [
  { pattern: /^leases\/lookup\/?$/, handlers: { update: lookUp, list: listUnder } },
  { pattern: /^leases\/lookup\/(.+)$/, handlers: { list: listUnder } },
  { pattern: /^(?:leases\/)?renew(?:\/(.+))?$/, handlers: { update: renew } },
  { pattern: /^(?:leases\/)?revoke-prefix\/(.+)$/, handlers: { update: revokePrefix } },
  { pattern: /^(?:leases\/)?revoke-force\/(.+)$/, handlers: { update: revokeForce } },
  { pattern: /^(?:leases\/)?revoke(?:\/(.+))?$/, handlers: { update: revoke } },
  { pattern: /^leases\/count$/, handlers: { read: countLeases } },
  { pattern: /^leases$/, handlers: { read: listIrrevocable } },
];

function lookUp({ core, request }: ApiCall): Logical {
  const lease = core.leases.find(leaseIdOf(bodyOf(request)));
  if (lease === undefined) throw new ApiError(400, "invalid lease");
  const left = Math.ceil((lease.expiresAt - core.clock.now()) / 1000);
  return {
    data: {
      expire_time: instant(lease.expiresAt),
      id: lease.id,
      issue_time: instant(lease.issuedAt),
      last_renewal: lease.renewedAt === undefined ? null : instant(lease.renewedAt),
      renewable: lease.renewable,
      ttl: Math.max(left, 0),
    },
    mountType: "system",
  };
}

function listUnder({ core }: ApiCall, path = ""): Logical {
  const prefix = path === "" || path.endsWith("/") ? path : `${path}/`;
  const keys = core.leases.under(prefix).map(({ id }) => id.slice(prefix.length).replace(/\/.*$/s, "/"));
  if (keys.length === 0) throw new ApiError(404);
  return { data: { keys: inByteOrder(new Set(keys)) }, mountType: "system" };
}

async function renew({ core, request }: ApiCall, id = ""): Promise<Logical | Plain> {
  const fields = bodyOf(request);
  const increment = parseSeconds(fields["increment"] ?? 0);
  if (increment === undefined || increment < 0)
    throw new ApiError(400, 'increment must be a number of seconds or a duration such as "1h"');
  const renewed = await core.leases.renew(id || leaseIdOf(fields), increment).catch(asBadRequest);
  if (renewed === undefined) return noContent;
  const { lease, warnings } = renewed;
  return {
    data: JSON.parse(lease.data),
    leaseId: lease.id,
    renewable: lease.renewable,
    leaseDuration: lease.ttl,
    warnings,
    mountType: "system",
  };
}

async function revoke({ core, request }: ApiCall, id = ""): Promise<Plain> {
  const fields = bodyOf(request);
  const leaseId = id || leaseIdOf(fields);
  if (flagField(fields, "sync")) await core.leases.revoke(leaseId).catch(asBadRequest);
  else await briefly(core.leases.revokeSoon(leaseId));
  return noContent;
}

async function revokePrefix({ core, request }: ApiCall, path = ""): Promise<Plain> {
  if (flagField(bodyOf(request), "sync")) {
    await core.leases.revokeUnder(path).catch(asBadRequest);
    return noContent;
  }
  const leases = core.leases.under(path);
  await briefly(Promise.all(leases.map(({ id }) => core.leases.revokeSoon(id))));
  return leases.length === 0 ? noContent : accepted;
}

/** Who revokes looks at once whether it is done. Vault would not wait at all. */
async function briefly(work: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, 1_000);
  await Promise.race([work, late]);
  clearTimeout(timer);
}

async function revokeForce({ core }: ApiCall, path = ""): Promise<Plain> {
  await core.leases.revokeUnderByForce(path);
  return noContent;
}

function countLeases(call: ApiCall): Logical {
  const leases = irrevocableOnly(call);
  const counts: Record<string, number> = {};
  for (const { mount } of leases) counts[mount.accessor] = (counts[mount.accessor] ?? 0) + 1;
  return { data: { counts, lease_count: leases.length }, mountType: "system" };
}

function listIrrevocable(call: ApiCall): Logical {
  const leases = irrevocableOnly(call).map(({ id, path, irrevocable }) => ({ lease_id: id, path, error: irrevocable }));
  return { data: { lease_count: leases.length, leases }, mountType: "system" };
}

function irrevocableOnly({ core, request }: ApiCall): Lease[] {
  if (request.query.get("type") !== "irrevocable") throw new ApiError(400, "type must be irrevocable");
  return core.leases.irrevocable();
}

function leaseIdOf(fields: Readonly<Record<string, unknown>>): string {
  const id = textField(fields, "lease_id");
  if (id === "") throw new ApiError(400, "lease_id must be specified");
  return id;
}

/** Whatever an engine, or a crash of it, says to a renew or a revoke is a 400 (vault/logical_system.go: handleErrorNoReadOnlyForward). */
function asBadRequest(error: unknown): never {
  if (error instanceof ApiError) throw error;
  throw new ApiError(400, messageOf(error), { cause: error });
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
