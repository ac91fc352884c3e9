/**
 * `bun test/chaos/storms.ts [vault|openbao]`: 64 clients for a minute, a third of whose requests go away midway. Takes about
 * five minutes. Prints what came of it; the exit code is 0 when nobody who stayed was refused, no user of the others is left, and the
 * plugin's memory came back to its level.
 */
import { readFileSync } from "node:fs";
import { eventually, secretsWrittenDown } from "../stories/cognito-world.ts";
import { tryOnMountedServer } from "./mounted-server.ts";
import { say, sayOutcome } from "./report.ts";
import { revokeAll, storm } from "./storm.ts";

const clients = 64;
const warmUp = { clients, seconds: 15 };
const seconds = 60;
/** Longer than any request's time: what a request holds until then is not lost. */
const rest = 90;
/** Garbage is collected when there is need. */
const mostGrowth = 1.2;

await tryOnMountedServer(async (server, world) => {
  const [pid = 0] = server.pluginPids();
  await storm(server, "cognito", warmUp);
  await Bun.sleep(rest * 1000);
  const level = megabytes(pid);

  const counts = await storm(server, "cognito", { clients, seconds });
  const peak = megabytes(pid);
  await revokeAll(server, "cognito");
  await eventually("nobody is left", () => world.userPool.usernames().length === 0, 30).catch(() => undefined);
  await Bun.sleep(rest * 1000);
  const after = megabytes(pid);

  const left = world.userPool.usernames().length;
  const leaked = secretsWrittenDown(server, world);
  const answered = Object.entries(counts.answered).map(([what, count]) => `${what} ${count}`);
  say("answered", answered.join(", "));
  say("went away midway", `${counts.cancelled}, and ${counts.tooLate} too late`);
  say("failures of the others", counts.failures.length);
  for (const failure of new Set(counts.failures)) say("", failure);
  say("users forgotten", left);
  say("memory of the plugin", `${level} MB before, ${peak} MB at the end, ${after} MB after ${rest} s`);
  const isSameProcess = server.pluginPids().join() === String(pid);
  say("process", isSameProcess ? "the same" : "ANOTHER");
  say("secrets written down", leaked);
  return sayOutcome(counts.failures.length + left + leaked === 0 && after <= level * mostGrowth && isSameProcess);
});

/** Resident memory. Linux only. */
function megabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}
