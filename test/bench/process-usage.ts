import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const kibibyte = 1024;
let ticksPerSecond: number | undefined;

/** Milliseconds of CPU that the processes took so far, in user and kernel mode (proc(5), stat). */
export function cpuMilliseconds(pids: readonly number[]): number {
  ticksPerSecond ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  let ticks = 0;
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // pid (command) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime …
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return (ticks * 1000) / ticksPerSecond;
}

/** Megabytes (of 10⁶ bytes) that processes occupy. */
export interface Memory {
  /** Resident, each process by itself: pages of an executable that several run count for each. */
  readonly resident: number;
  /** Proportional: shared pages are divided among those who share them. */
  readonly proportional: number;
}

export function memoryOf(pids: readonly number[]): Memory {
  const sum = (name: string) =>
    pids.reduce((total, pid) => {
      const lines = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      return total + Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(lines)?.[1]) * kibibyte;
    }, 0) / 1e6;
  return { resident: sum("Rss"), proportional: sum("Pss") };
}
