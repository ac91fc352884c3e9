import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/** The processes that run now. A zombie is dead and not among them: in a container nobody may ever collect it. */
export function processTable(): Process[] {
  return process.platform === "linux" ? fromProc() : fromPs();
}

function fromProc(): Process[] {
  const table: Process[] = [];
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    let stat: string;
    try {
      stat = readFileSync(`/proc/${entry}/stat`, "utf8");
    } catch {
      continue; // ended since the folder was listed
    }
    // proc(5): pid (command) state ppid pgrp …; the command may hold spaces and parentheses.
    const end = stat.lastIndexOf(")");
    const [state = "", parent, group] = stat.slice(end + 2).split(" ");
    if ("ZX".includes(state)) continue;
    const command = stat.slice(stat.indexOf("(") + 1, end);
    table.push({ pid: Number(entry), parent: Number(parent), group: Number(group), command });
  }
  return table;
}

function fromPs(): Process[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,stat=,comm="], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, parent, group, state = "", command = ""] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || state.startsWith("Z")) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }];
  });
}
