import type { DescribedOperation, DescribedPath, DisplayAttributes, PathOperation } from "./described-path.ts";
import { LoggedError } from "./errors.ts";
import type { FieldData, Fields, FieldValue } from "./field.ts";
import type { Captures } from "./pattern.ts";
import { compilePattern } from "./pattern.ts";
import type { Request } from "./request.ts";
import type { Response } from "./response.ts";

/** A request to a path, with its input parsed. */
export interface PathRequest<F extends Fields, Captured extends PropertyKey = never> extends Omit<Request, "data"> {
  /** Every declared field: what was given, else its default, else undefined. */
  readonly data: FieldData<F, Captured>;
  /** Only the fields that the caller gave, without what the path captures: what a partial write changes. */
  readonly given: { readonly [K in Exclude<keyof F, Captured>]?: NonNullable<FieldValue<F[K]>> };
}

export type Handler<R> = (request: R) => Promise<Response | undefined> | Response | undefined;

/** A handler, with what help and OpenAPI say of it and where the host may run it. */
export interface OperationDeclaration<R> extends DescribedOperation {
  readonly handler: Handler<R>;
}

/** Shown by the compiler when a pattern captures a name that is not among the fields. */
type MissingCapture<Name extends string> = `the pattern captures {${Name}}, which is not in fields`;

type CheckedPattern<P extends string, F extends Fields> = [Exclude<Captures<P>, keyof F>] extends [never]
  ? P
  : MissingCapture<Exclude<Captures<P>, keyof F & string>>;

export interface PathDeclaration<P extends string, F extends Fields> {
  /** "config", "roles/" (a list), "roles/{name}": see compilePattern in pattern.ts. */
  readonly pattern: P;
  readonly help: { readonly synopsis: string; readonly description: string };
  readonly fields: F;
  /** Tells create from update, for policies. A path with `create` needs it. */
  readonly exists?: (request: PathRequest<F, Captures<P>>) => Promise<boolean>;
  readonly operations: Readonly<
    Partial<
      Record<PathOperation, Handler<PathRequest<F, Captures<P>>> | OperationDeclaration<PathRequest<F, Captures<P>>>>
    >
  >;
  readonly display?: DisplayAttributes;
  /** Callers need the sudo capability. */
  readonly root?: boolean;
  /** Callers need no token. */
  readonly unauthenticated?: boolean;
  /** Undeclared input is part of the deal: it is not warned about. */
  readonly takesArbitraryInput?: boolean;
}

/** A request whose input was parsed, with the types of its path worn off. */
export type AnyPathRequest = Omit<Request, "data"> & { readonly data: object; readonly given: object };

/** A declared path as a backend routes to it. */
export interface Path {
  readonly described: DescribedPath;
  handler(operation: string): Handler<AnyPathRequest> | undefined;
  readonly exists: ((request: AnyPathRequest) => Promise<boolean>) | undefined;
}

/**
 * Declares a path. Handlers see `request.data` typed by the table of fields. Throws where the declaration contradicts
 * itself: such a backend must not start.
 */
export function definePath<const P extends string, const F extends Fields>(
  declaration: Omit<PathDeclaration<P, F>, "pattern"> & { readonly pattern: CheckedPattern<P, F> & P },
): Path {
  const { pattern, help, fields, exists, operations, ...rest } = declaration;
  // Go's framework ends the process for this (framework/backend.go init), as every write would then be a create.
  if (operations.create !== undefined && exists === undefined) {
    throw new LoggedError(`path "${pattern}" has create but does not say how to tell it from update: declare exists`);
  }
  // Hosts put a slash behind the path of a list.
  if (operations.list !== undefined && !/(?:\/|\*\})$/.test(pattern)) {
    throw new LoggedError(
      `path "${pattern}" has list, which asks for "${pattern}/": declare that as a path of its own`,
    );
  }
  type Typed = Handler<PathRequest<F, Captures<P>>>;
  const handlers = new Map<string, Typed>();
  const describedOperations: Partial<Record<PathOperation, DescribedOperation>> = {};
  for (const [name, operation] of Object.entries(operations)) {
    if (operation === undefined) continue;
    const { handler, ...description } = typeof operation === "function" ? { handler: operation } : operation;
    handlers.set(name, handler);
    describedOperations[name as PathOperation] = description;
  }
  return {
    described: {
      ...rest,
      pattern: compilePattern<string>(pattern),
      help,
      fields,
      operations: describedOperations,
      hasExistenceCheck: exists !== undefined,
    },
    // What a handler is given was parsed by its own path's fields, so the types that wear off here hold.
    handler: (operation) => handlers.get(operation) as Handler<AnyPathRequest> | undefined,
    exists: exists as Path["exists"],
  };
}
