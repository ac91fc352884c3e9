import { existsSync } from "node:fs";
import { join } from "node:path";
import { releaseFileName, releaseTargets, sameTarget, type Target, targetOf } from "../../scripts/building/target.ts";

export const root = join(import.meta.dirname, "../..");

/** The target of the machine the tests run on. */
export const here = targetOf(process);

export interface ShippedFile {
  readonly target: Target;
  readonly name: string;
  readonly path: string;
  readonly isBuilt: boolean;
}

/** The files of a release. `make test` builds that of this machine, `make release` all of them. */
export const shippedFiles: readonly ShippedFile[] = releaseTargets.map((target) => {
  const name = releaseFileName("vault-plugin-secrets-cognito", target);
  const path = join(root, "vault/plugins", name);
  return { target, name, path, isBuilt: existsSync(path) };
});

/** The path of the file for this machine. */
export const shippedHere = shippedFiles.find(({ target }) => sameTarget(target, here))?.path ?? "";
