/**
 * `bun test/chaos/mass-revoke.ts [vault|openbao] [leases]`: revokes 2,000 leases at once, lazily, as an operator does after
 * a leak, while AWS allows 25 deletions a second. Takes about two minutes. Prints what came of it; the exit code is 0 when
 * no lease became irrevocable, the calls stayed within 1.3 times the allowance and all was done within 120 seconds.
 */
import { load } from "../bench/load.ts";
import { type CognitoWorld, read, secretsWrittenDown } from "../stories/cognito-world.ts";
import { irrevocableLeases } from "./irrevocable-leases.ts";
import { tryOnMountedServer } from "./mounted-server.ts";
import { say, sayOutcome } from "./report.ts";

const perSecond = 25;
const secondsToLearn = 5;
const limitSeconds = 120;
const mostOfAllowance = 1.3;
const readers = 32;
const leases = Number(process.argv[3] ?? 2000);

await tryOnMountedServer(async (server, world) => {
  const usernames = () => world.userPool.usernames();
  const issuing = performance.now();
  await load({ clients: readers, requests: leases }, () => read(server, "cognito/creds/app"));
  const issued = usernames().length;
  say("leases issued", `${issued} in ${secondsSince(issuing)} s`);

  world.emulator.quotas.set("UserUpdate", perSecond);
  const firstCall = world.emulator.calls.length;
  const began = Date.now();
  const revoking = performance.now();
  const { status } = await server.http("PUT", "sys/leases/revoke-prefix/cognito/creds/app", { sync: false });
  if (status !== 204 && status !== 202) throw new Error(`revoke-prefix answered ${status}`);
  while (usernames().length > 0 && performance.now() - revoking < 2 * limitSeconds * 1000) await Bun.sleep(100);
  const seconds = (performance.now() - revoking) / 1000;

  const calls = world.emulator.calls.slice(firstCall);
  const later = calls.filter(({ time }) => time >= began + secondsToLearn * 1000);
  const allowance = perSecond * Math.max(1, seconds - secondsToLearn);
  const irrevocable = await irrevocableLeases(server);
  const used = later.length / allowance;
  const leaked = secretsWrittenDown(server, world);

  say("all revoked after", `${seconds.toFixed(1)} s (at most ${limitSeconds})`);
  say("users left", usernames().length);
  say("irrevocable leases", irrevocable);
  say("calls sent", `${calls.length}, ${throttled(calls)} throttled`);
  say(
    `after the first ${secondsToLearn} s`,
    `${later.length}, ${throttled(later)} throttled: ${used.toFixed(2)} of the allowance (at most ${mostOfAllowance})`,
  );
  say("secrets written down", leaked);
  const left = usernames().length + irrevocable + leaked;
  return sayOutcome(left === 0 && seconds <= limitSeconds && used <= mostOfAllowance);
});

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

function throttled(calls: CognitoWorld["emulator"]["calls"]): number {
  return calls.filter(({ outcome }) => outcome === "TooManyRequestsException").length;
}
