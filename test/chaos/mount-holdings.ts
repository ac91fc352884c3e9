import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { RealServer } from "../servers/real-server.ts";

/** What a server and its plugin processes hold of the machine, read from Linux's /proc. */
export interface Holdings {
  readonly pluginProcesses: number;
  /** Resident, in MB. */
  readonly pluginMemory: number;
  /** Descriptors, sockets among them. */
  readonly pluginFiles: number;
  readonly pluginSockets: number;
  readonly serverFiles: number;
  readonly serverSockets: number;
  /** Entries of the temporary folder that both share: sockets and the folders made for them. */
  readonly temporaryFiles: number;
}

export function holdingsOf(server: RealServer): Holdings {
  const plugins = server.pluginPids();
  const files = plugins.flatMap(openFiles);
  const serverFiles = openFiles(server.pid);
  return {
    pluginProcesses: plugins.length,
    pluginMemory: Math.round(plugins.reduce((sum, pid) => sum + residentBytes(pid), 0) / 1e6),
    pluginFiles: files.length,
    pluginSockets: files.filter(isSocket).length,
    serverFiles: serverFiles.length,
    serverSockets: serverFiles.filter(isSocket).length,
    temporaryFiles: readdirSync(temporaryFolder(server.pid), { recursive: true }).length,
  };
}

/** Whether they hold as many processes, files and sockets; memory is never twice the same. */
export function isSame(
  { pluginMemory: _one, ...one }: Holdings,
  { pluginMemory: _other, ...other }: Holdings,
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What is held when the server has closed what it closes in its own time: at the latest after ten seconds, or once it is as before. */
export async function settledHoldings(server: RealServer, before: Holdings): Promise<Holdings> {
  const deadline = performance.now() + 10_000;
  let held = holdingsOf(server);
  while (!isSame(held, before) && performance.now() < deadline) {
    await Bun.sleep(50);
    held = holdingsOf(server);
  }
  return held;
}

const isSocket = (target: string): boolean => target.startsWith("socket:");

function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      return []; // closed since the folder was listed
    }
  });
}

function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}

function temporaryFolder(pid: number): string {
  const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  const folder = variables.find((variable) => variable.startsWith("TMPDIR="));
  if (folder === undefined) throw new Error("the server has no temporary folder of its own");
  return folder.slice("TMPDIR=".length);
}
