import type { Mount } from "./mount.ts";
import type { Request } from "./request.ts";
import type { Response } from "./response.ts";

/** Paths and storage prefixes that the host treats in a special way (logical.go Paths). */
export interface SpecialPaths {
  /** Paths that need the sudo capability; a trailing "*" matches a prefix. */
  readonly root: readonly string[];
  readonly unauthenticated: readonly string[];
  /** Storage prefixes that are not replicated. */
  readonly localStorage: readonly string[];
  /** Storage keys, or prefixes ending in "/", that the host wraps with its seal as well. */
  readonly sealWrapStorage: readonly string[];
}

/**
 * One mounted instance of an engine: what a host talks to, whatever carries its calls. Methods reject with the
 * errors of errors.ts; anything else that they reject with is a defect and is answered by a general sentence.
 */
export interface Backend {
  readonly specialPaths: SpecialPaths;
  /** Called once storage may be written, on every node; before the first request. */
  initialize(): Promise<void>;
  handle(request: Request): Promise<Response | undefined>;
  /** Whether the thing at the path exists; undefined when the path does not tell create from update. */
  exists(request: Request): Promise<boolean | undefined>;
  /** Another node changed this storage key: forget what was cached of it. */
  invalidate(key: string): Promise<void>;
  cleanup(): Promise<void>;
}

export type BackendFactory = (mount: Mount) => Backend | Promise<Backend>;
