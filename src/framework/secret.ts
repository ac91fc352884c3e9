import { InternalError, UnsupportedOperationError } from "./errors.ts";
import type { FieldData, Fields } from "./field.ts";
import type { JsonObject } from "./json.ts";
import type { HeldLease, Request } from "./request.ts";
import type { Response } from "./response.ts";
import { type FieldInput, parseStored, toStored } from "./stored-fields.ts";

/** A renew or a revoke of one secret, with its internal data parsed. */
export interface LeaseRequest<F extends Fields> extends Omit<Request, "lease"> {
  readonly internal: FieldData<F>;
  readonly lease: HeldLease;
}

/** What a renewal grants. The host caps both by the mount's limits and by the time since issue. */
export interface Renewal<F extends Fields> {
  /** Seconds, where the caller asks for no increment, which hosts put in its place; 0 takes the mount default. */
  readonly ttl: number;
  /** Seconds since issue; 0 takes the mount maximum. */
  readonly maxTtl: number;
  /** Replaces these keys of the internal data, for leases that lack what newer ones hold. */
  readonly internal?: Partial<FieldInput<F>>;
  readonly warnings?: readonly string[];
}

export interface SecretDeclaration<F extends Fields> {
  /** Stands in every lease as secret_type: never changes once released. */
  readonly type: string;
  /** What revoke needs and nobody else sees. Stored by the host for as long as the lease lives. */
  readonly internal: F;
  /** Absent: leases are not renewable. */
  renew?(request: LeaseRequest<F>): Promise<Renewal<F>>;
  /** Undoes the issue outside. Runs again after a failure, so what is already gone counts as done. */
  revoke(request: LeaseRequest<F>): Promise<void>;
}

/** What to issue. */
export interface Issue<F extends Fields> {
  /** Shown to the caller, once. */
  readonly data: JsonObject;
  readonly internal: FieldInput<F>;
  /** Seconds; 0 means as the mount says. */
  readonly ttl: number;
  readonly maxTtl: number;
  readonly warnings?: readonly string[];
}

/** A kind of leased credentials, as a backend lists it. */
export interface Secret {
  readonly type: string;
  renew(request: Request, lease: HeldLease): Promise<Response>;
  revoke(request: Request, lease: HeldLease): Promise<void>;
}

export interface IssuableSecret<F extends Fields> extends Secret {
  issue(issue: Issue<F>): Response;
}

/** framework/secret.go: the key that tells a backend's secrets apart. */
const secretTypeKey = "secret_type";

/** The type of secret that a lease is of, or undefined when the host's internal data names none. */
export function secretTypeOf({ internal }: Pick<HeldLease, "internal">): string | undefined {
  const type = internal[secretTypeKey];
  return typeof type === "string" ? type : undefined;
}

export function defineSecret<const F extends Fields>(declaration: SecretDeclaration<F>): IssuableSecret<F> {
  const { type, internal: fields } = declaration;
  const parse = (request: Request, lease: HeldLease): LeaseRequest<F> => ({
    ...request,
    lease,
    internal: parseStored(fields, lease.internal, (problem) => new InternalError(`${type} lease: ${problem}`)),
  });
  return {
    type,
    issue: ({ data, internal, ttl, maxTtl, warnings }) => ({
      data,
      secret: {
        internal: { ...toStored(internal), [secretTypeKey]: type },
        lease: { ttl, maxTtl, renewable: declaration.renew !== undefined },
      },
      ...(warnings === undefined ? {} : { warnings }),
    }),
    async renew(request, lease) {
      if (declaration.renew === undefined) throw new UnsupportedOperationError();
      const { ttl, maxTtl, internal, warnings } = await declaration.renew(parse(request, lease));
      return {
        // The host replaces its stored secret by this one: whatever is left out here is lost to revoke.
        secret: {
          internal: { ...lease.internal, ...toStored(internal ?? {}) },
          lease: { ttl, maxTtl, renewable: true },
        },
        ...(warnings === undefined ? {} : { warnings }),
      };
    },
    revoke: (request, lease) => declaration.revoke(parse(request, lease)),
  };
}
