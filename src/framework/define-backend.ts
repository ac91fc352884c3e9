import type { Backend } from "./backend.ts";
import type { DescribedPath, PathOperation } from "./described-path.ts";
import { InternalError, LoggedError, UnsupportedOperationError, UnsupportedPathError, UserError } from "./errors.ts";
import { forward } from "./forward.ts";
import { pathHelp, rootHelp } from "./help.ts";
import type { Mount } from "./mount.ts";
import { parseFields } from "./parse-fields.ts";
import type { AnyPathRequest, Path } from "./path.ts";
import type { HeldLease, Request } from "./request.ts";
import { requireUnlike } from "./require-unlike.ts";
import type { IssuedSecret, Response } from "./response.ts";
import { type Secret, secretTypeOf } from "./secret.ts";
import { specialPaths } from "./special-paths.ts";
import type { WriteAheadLog } from "./write-ahead-log.ts";

export interface BackendDeclaration {
  readonly mount: Mount;
  /** What the engine is for, shown by `path-help` on the mount. */
  readonly help: string;
  /** In the order in which they are matched. */
  readonly paths: readonly Path[];
  readonly secrets?: readonly Secret[];
  readonly writeAheadLog?: WriteAheadLog;
  /** Storage keys, or prefixes ending in "/", that hold secrets worth the seal. */
  readonly sealWrapStorage?: readonly string[];
  /** Storage prefixes that stay on this cluster. */
  readonly localStorage?: readonly string[];
  onInitialize?(): Promise<void>;
  /** The host's tick, about once a minute, before the write-ahead log is looked at; on standbys as well. */
  onTick?(signal: AbortSignal): Promise<void>;
  onInvalidate?(key: string): Promise<void> | void;
  onCleanup?(): Promise<void> | void;
}

interface Routed {
  readonly path: Path;
  readonly captured: Readonly<Record<string, string>>;
}

/** Throws where the declaration contradicts itself: such a backend must not start. */
export function defineBackend(declaration: BackendDeclaration): Backend {
  const { mount, paths } = declaration;
  const described = paths.map((path) => path.described);
  const secrets = new Map((declaration.secrets ?? []).map((secret) => [secret.type, secret]));
  requireUnlike("secrets have the type", declaration.secrets?.map(({ type }) => type) ?? []);
  requireUnlike(
    "paths have the pattern",
    described.map(({ pattern }) => pattern.pattern),
  );

  const route = (requested: string): Routed | undefined => {
    for (const path of paths) {
      const captured = path.described.pattern.match(requested);
      if (captured !== undefined) return { path, captured };
    }
    return undefined;
  };

  const help = async ({ path, data }: Request): Promise<Response> => {
    const context = { data, hostVersion: await mount.systemView.hostVersion().catch(() => "unknown") };
    if (path === "") return rootHelp(declaration.help, described, context);
    const routed = route(path);
    if (routed === undefined) throw new UnsupportedPathError();
    return pathHelp(routed.path.described, path, context);
  };

  const secretOf = (request: Request): { secret: Secret; lease: HeldLease } => {
    const { lease } = request;
    const type = lease === undefined ? undefined : secretTypeOf(lease);
    const secret = type === undefined ? undefined : secrets.get(type);
    if (lease === undefined || secret === undefined) {
      throw new InternalError("this lease is of a kind of secret that the plugin does not know");
    }
    return { secret, lease };
  };

  /** A lease that nothing can revoke would keep its mount from ever being disabled. */
  const requireRevocable = (issued: IssuedSecret): void => {
    const type = secretTypeOf(issued);
    if (type === undefined || !secrets.has(type)) {
      throw new LoggedError(`a secret of type "${type}" was issued, which the backend does not list among its secrets`);
    }
  };

  const rollBack = async (request: Request): Promise<undefined> => {
    const { signal, data } = request;
    const acts = [
      async () => declaration.onTick?.(signal),
      async () => declaration.writeAheadLog?.rollBack({ immediate: Object.hasOwn(data, "immediate"), signal }),
    ];
    const errors: unknown[] = [];
    for (const act of acts) {
      try {
        await act();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 1) throw new AggregateError(errors, "the periodic tick and the write-ahead log both failed");
    if (errors.length === 1) throw errors[0];
    return undefined;
  };

  const handlePath = async (request: Request): Promise<Response | undefined> => {
    const routed = route(request.path);
    if (routed === undefined) throw new UnsupportedPathError();
    const { described: target } = routed.path;
    const handler = routed.path.handler(request.operation);
    if (handler === undefined) throw new UnsupportedOperationError();
    await forwardIfNeeded(target, request.operation, mount);
    const { input, warnings } = parseInput(routed, request);
    const response = await orTellOfNames(request.operation, warnings, async () => handler(input));
    if (response?.secret !== undefined) requireRevocable(response.secret);
    return withWarnings(response, request.operation, warnings);
  };

  return {
    specialPaths: specialPaths(described, declaration),
    async initialize() {
      await declaration.onInitialize?.();
    },
    async handle(request) {
      switch (request.operation) {
        // OpenBao's standbys bring leases to the engine although they cannot store what becomes of them.
        case "renew": {
          await forward(mount.systemView, { fromStandby: true, fromSecondary: false });
          const { secret, lease } = secretOf(request);
          return await secret.renew(request, lease);
        }
        case "revoke": {
          await forward(mount.systemView, { fromStandby: true, fromSecondary: false });
          const { secret, lease } = secretOf(request);
          await secret.revoke(request, lease);
          return undefined;
        }
        case "rollback":
          return await rollBack(request);
        case "help":
          return await help(request);
        default:
          return await handlePath(request);
      }
    },
    async exists(request) {
      const routed = route(request.path);
      if (routed?.path.exists === undefined) return undefined;
      return await routed.path.exists(parseInput(routed, request).input);
    },
    async invalidate(key) {
      await declaration.onInvalidate?.(key);
    },
    async cleanup() {
      await declaration.onCleanup?.();
    },
  };
}

function parseInput(
  { path, captured }: Routed,
  request: Request,
): { readonly input: AnyPathRequest; readonly warnings: readonly string[] } {
  const { fields, takesArbitraryInput } = path.described;
  const { data, given, unknown, replaced } = parseFields(fields, captured, request.data);
  const supplied = Object.entries(given).filter(([name]) => !Object.hasOwn(captured, name));
  const warnings: string[] = [];
  // framework/backend.go HandleRequest: the texts that Vault's users know.
  if (unknown.length > 0 && !takesArbitraryInput) {
    warnings.push(`Endpoint ignored these unrecognized parameters: [${unknown.join(" ")}]`);
  }
  if (replaced.length > 0) {
    warnings.push(
      `Endpoint replaced the value of these parameters with the values captured from the endpoint's path: [${replaced.join(" ")}]`,
    );
  }
  return { input: { ...request, data, given: Object.fromEntries(supplied) }, warnings };
}

/**
 * Unlike Go's framework, which says nothing of a misspelt field where there is no other answer, as after most writes.
 * Where no answer means "not found" it stays none.
 */
function withWarnings(
  response: Response | undefined,
  operation: string,
  warnings: readonly string[],
): Response | undefined {
  if (warnings.length === 0 || (response === undefined && !isWrite(operation))) return response;
  return { ...response, warnings: [...(response?.warnings ?? []), ...warnings] };
}

/** Hosts drop the warnings of an error, yet a field that a write lacks is often there under a misspelt name. */
async function orTellOfNames<T>(operation: string, warnings: readonly string[], act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof UserError) || warnings.length === 0 || !isWrite(operation)) throw error;
    throw new UserError([error.message, ...warnings].join("; "), { cause: error });
  }
}

function isWrite(operation: string): boolean {
  return operation === "create" || operation === "update" || operation === "patch";
}

/** framework/backend.go HandleRequest: some operations run on the node that may write, whatever they do themselves. */
async function forwardIfNeeded(path: DescribedPath, operation: string, { systemView }: Mount): Promise<void> {
  const { forwardPerformanceStandby = false, forwardPerformanceSecondary = false } =
    path.operations[operation as PathOperation] ?? {};
  if (!forwardPerformanceStandby && !forwardPerformanceSecondary) return;
  await forward(systemView, { fromStandby: forwardPerformanceStandby, fromSecondary: forwardPerformanceSecondary });
}
