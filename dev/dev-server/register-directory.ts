import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "./api-error.ts";
import { sha256OfFile } from "./catalog.ts";
import type { Core } from "./core.ts";
import { runningVersion } from "./running-version.ts";

/**
 * Registers every executable file of the folder as a secrets engine of the file's name, as `vault server -dev -dev-plugin-dir` does.
 * Returns their names; one that does not start is logged and left out.
 */
export async function registerDirectory(core: Core, directory: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of readdirSync(directory).sort()) {
    const file = join(directory, name);
    if (!isExecutableFile(file)) continue;
    const plugin = { name, command: name, args: [], env: {}, sha256: await sha256OfFile(file) };
    try {
      core.catalog.put({ ...plugin, version: await runningVersion(core, plugin) });
      names.push(name);
    } catch (error) {
      core.log("warn", "not registered", { plugin: name, reason: messageOf(error) });
    }
  }
  return names;
}

function isExecutableFile(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
