/** The plugins that may be mounted (vault/plugincatalog/plugin_catalog.go). */

import { createHash, timingSafeEqual } from "node:crypto";
import { constants, realpathSync } from "node:fs";
import { access, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ApiError, messageOf } from "./api-error.ts";
import { PluginFailure } from "./handshake-host.ts";
import type { PluginCommand } from "./plugin-process.ts";

export interface Registration {
  readonly name: string;
  /** File name in the plugin directory. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Hexadecimal. */
  readonly sha256: string;
  /** With a "v"; "" when none was given and the plugin tells none. */
  readonly version: string;
}

/** Few large reads take half the time of many small ones. */
const hashedAtOnce = 4 * 1024 * 1024;

/** Three numbers, and what may follow them. */
const semanticVersion = /^v?(\d+)\.(\d+)\.(\d+)([-+][\w.+-]+)?$/;

export class Catalog {
  readonly #directory: string;
  readonly #registrations = new Map<string, Registration>();

  /** @param directory where plugins lie; undefined: none can be registered */
  constructor(directory: string | undefined) {
    this.#directory = directory === undefined ? "" : realpathSync(directory);
  }

  put(registration: Registration): void {
    this.#registrations.set(keyOf(registration), registration);
  }

  delete(name: string, version: string): void {
    this.#registrations.delete(keyOf({ name, version: canonical(version) }));
  }

  get(name: string, version: string): Registration | undefined {
    return this.#registrations.get(keyOf({ name, version: canonical(version) }));
  }

  list(): Registration[] {
    return [...this.#registrations.values()].sort((one, other) =>
      one.name === other.name ? compareVersions(one.version, other.version) : one.name < other.name ? -1 : 1,
    );
  }

  /** What a mount without a version gets: the one registered without, else the newest. Undefined when there is none. */
  choose(name: string): Registration | undefined {
    return this.get(name, "") ?? this.list().findLast((registration) => registration.name === name);
  }

  /**
   * How to run the plugin, after a look at its file.
   * @throws PluginFailure that says what is wrong with the file
   */
  async commandOf({ name, command, args, env, sha256 }: Omit<Registration, "version">): Promise<PluginCommand> {
    const file = this.#fileOf(command);
    try {
      await access(file, constants.R_OK);
    } catch (error) {
      throw new PluginFailure(`the plugin ${name} has no file ${file}: ${messageOf(error)}`, { cause: error });
    }
    try {
      await access(file, constants.X_OK);
    } catch (error) {
      throw new PluginFailure(`the file ${file} of the plugin ${name} is not executable; run: chmod +x ${file}`, {
        cause: error,
      });
    }
    const found = await sha256OfFile(file);
    if (!/^[0-9a-f]{64}$/.test(sha256) || !timingSafeEqual(Buffer.from(found), Buffer.from(sha256))) {
      throw new PluginFailure(
        `checksums did not match: the file ${file} of the plugin ${name} has the SHA-256 ${found}, not the ${sha256 || "(empty one)"} it is registered with`,
      );
    }
    return { file, args, env };
  }

  /** The file stands in the plugin directory itself, links resolved (plugin_catalog.go: set). */
  #fileOf(command: string): string {
    if (this.#directory === "") {
      throw new ApiError(400, "this dev server was started without a plugin directory; start it with --plugin-dir");
    }
    if (command.includes("..")) throw new ApiError(400, "path cannot contain parent references");
    const file = join(this.#directory, command);
    let real: string;
    try {
      real = realpathSync(file);
    } catch {
      throw new PluginFailure(`there is no file ${command} in the plugin directory ${this.#directory}`);
    }
    if (dirname(real) !== this.#directory) {
      throw new PluginFailure(`the command ${command} leads out of the plugin directory ${this.#directory}`);
    }
    return file;
  }
}

/** With a "v", as Vault keeps versions; "" stays "". @throws ApiError */
export function canonical(version: string): string {
  if (version === "") return "";
  if (!semanticVersion.test(version)) throw new ApiError(400, `version "${version}" is not a valid semantic version`);
  return version.startsWith("v") ? version : `v${version}`;
}

export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(hashedAtOnce);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

function keyOf({ name, version }: Pick<Registration, "name" | "version">): string {
  return `${name} ${version}`;
}

/** By the three numbers; one with a suffix comes before the one without. */
function compareVersions(one: string, other: string): number {
  const [ones, others] = [one, other].map((version) => semanticVersion.exec(version) ?? []);
  for (const part of [1, 2, 3]) {
    const difference = Number(ones?.[part] ?? -1) - Number(others?.[part] ?? -1);
    if (difference !== 0) return difference;
  }
  return Number(ones?.[4] === undefined) - Number(others?.[4] === undefined);
}
