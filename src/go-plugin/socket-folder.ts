import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { CannotServe } from "./cannot-serve.ts";
import type { Environment } from "./handshake.ts";

/** A folder of our own for the plugin's socket. */
export interface SocketFolder {
  readonly socketPath: string;
  /** To be called once the socket exists: lets the group use it that the host named, if it named one. */
  share(): void;
  /** May be called more than once. */
  remove(): void;
}

/** `sun_path` has 108 bytes on Linux and 104 on macOS, with a NUL at the end. */
const longestSocketPath = process.platform === "linux" ? 107 : 103;

/**
 * Makes the folder where the host wants sockets (go-plugin server.go: serverListener_unix), else among the temporary files.
 * @throws CannotServe when no folder will do.
 */
export function makeSocketFolder(environment: Environment): SocketFolder {
  const wanted = environment["PLUGIN_UNIX_SOCKET_DIR"];
  const parents = wanted ? [wanted] : [...new Set([environment["TMPDIR"] || "/tmp", "/tmp"])];
  const problems: string[] = [];
  for (const parent of parents) {
    try {
      return makeFolder(resolve(parent), environment["PLUGIN_UNIX_SOCKET_GROUP"]);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
    }
  }
  const variable = wanted ? "PLUGIN_UNIX_SOCKET_DIR" : "TMPDIR";
  throw new CannotServe(`no folder for the plugin's socket: ${problems.join("; ")}. Set ${variable} to another folder`);
}

function makeFolder(parent: string, group: string | undefined): SocketFolder {
  const prefix = join(parent, "plugin-");
  const length = Buffer.byteLength(join(`${prefix}XXXXXX`, "socket"));
  if (length > longestSocketPath) {
    throw new Error(
      `${parent} is too long (a socket's path has at most ${longestSocketPath} bytes, this has ${length})`,
    );
  }
  if (/[|\r\n]/.test(parent)) {
    throw new Error(`${parent} has a character that the handshake with the host cannot carry`);
  }
  const folder = mkdtempSync(prefix);
  const socketPath = join(folder, "socket");
  return {
    socketPath,
    share: () => {
      if (group) {
        const id = groupId(group);
        handToGroup(folder, id, 0o710);
        handToGroup(socketPath, id, 0o660);
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** go-plugin server.go: setGroupWritable. */
function handToGroup(path: string, group: number, mode: number): void {
  chownSync(path, process.getuid?.() ?? 0, group);
  chmodSync(path, mode);
}

/** A group's number, or its name as /etc/group has it. */
function groupId(group: string): number {
  if (/^\d+$/.test(group)) {
    return Number(group);
  }
  const line = readFileSync("/etc/group", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${group}:`));
  const id = Number(line?.split(":")[2] || Number.NaN);
  if (!Number.isInteger(id)) {
    throw new CannotServe(`there is no group named ${group} (PLUGIN_UNIX_SOCKET_GROUP)`);
  }
  return id;
}
