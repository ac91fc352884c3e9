import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** How many TCP connections to this port of the loopback the process holds. Linux only. */
export function connectionsTo(port: number, pid: number): number {
  const inodes = new Set(
    readFileSync(`/proc/${pid}/net/tcp`, "utf8")
      .split("\n")
      .slice(1)
      .flatMap((line) => {
        // proc(5): sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode; addresses are hexadecimal.
        const [, , remote, , , , , , , inode] = line.trim().split(/\s+/);
        return remote?.endsWith(`:${port.toString(16).toUpperCase().padStart(4, "0")}`) ? [`socket:[${inode}]`] : [];
      }),
  );
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
    } catch {
      return false; // closed since the folder was listed
    }
  }).length;
}
