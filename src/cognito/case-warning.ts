import type { Response } from "../framework/index.ts";

/**
 * Names are read in lower case, but Vault's policies and lease ids keep the caller's spelling: whoever spells a role in
 * another way should know. Undefined where nothing is to be said.
 */
export function caseWarning(prefix: string, path: string, name: string): Response | undefined {
  if (path === prefix + name) return undefined;
  return {
    warnings: [
      `role names are lower case: this request used '${name}'. Policies and lease ids keep the spelling '${path.slice(prefix.length)}'`,
    ],
  };
}
