import type { SpecialPaths } from "./backend.ts";
import type { DescribedPath } from "./described-path.ts";

export interface StoragePrefixes {
  readonly sealWrapStorage?: readonly string[];
  readonly localStorage?: readonly string[];
}

/** What a host treats in a special way, in its own notation (vault/router.go RootPath, parseUnauthenticatedPaths). */
export function specialPaths(paths: readonly DescribedPath[], storage: StoragePrefixes): SpecialPaths {
  return {
    root: paths.filter(({ root }) => root).map(({ pattern }) => rootPath(pattern.pattern)),
    unauthenticated: paths
      .filter(({ unauthenticated }) => unauthenticated)
      .map(({ pattern }) => openPath(pattern.pattern)),
    sealWrapStorage: storage.sealWrapStorage ?? [],
    localStorage: storage.localStorage ?? [],
  };
}

/** Root paths know a prefix only, so everything that begins like the pattern needs sudo: rather too much than too little. */
function rootPath(pattern: string): string {
  const brace = pattern.indexOf("{");
  return brace === -1 ? pattern : `${pattern.slice(0, brace)}*`;
}

/** Unauthenticated paths also know "+" for one segment: never more than the pattern. */
function openPath(pattern: string): string {
  return pattern.replaceAll(/\{\w+@?\}/g, "+").replace(/\{\w+\*\}$/, "*");
}
