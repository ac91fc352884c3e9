import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { releaseFileName, targetOf } from "../building/target.ts";

const root = join(import.meta.dirname, "../..");

/** The file that `make build` makes for this machine: its name and its path. */
export function releaseFile(): { readonly name: string; readonly path: string } {
  const { name: product } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const name = releaseFileName(product, targetOf(process));
  return { name, path: join(root, "vault/plugins", name) };
}

/**
 * Puts the release file, alone, into a folder: a dev server takes every file of its plugin folder for a plugin, so it cannot have the one
 * with the checksums.
 * @throws Error when it was not built yet
 */
export function placeReleaseFile(folder: string): string {
  const { name, path } = releaseFile();
  if (!existsSync(path))
    throw new Error(`vault/plugins/${name} does not exist. Run \`make build\` first, or plain \`make\`.`);
  mkdirSync(folder, { recursive: true });
  const place = join(folder, name);
  rmSync(place, { force: true });
  try {
    linkSync(path, place);
  } catch {
    copyFileSync(path, place);
  }
  return name;
}
