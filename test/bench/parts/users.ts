import { type Credentials, checkUsers } from "../answers.ts";
import { Arena, type BenchMount, type Contestant } from "../arena.ts";
import { load } from "../load.ts";
import type { Aim, Measurement } from "../measurement.ts";
import { compare, contestants, type Figures, type PartContext, takeTurns } from "../rounds.ts";
import { quantile } from "../statistics.ts";

const delays = [0, 20, 50, 100];
/** Calls to AWS that one has to wait for, one after another. */
export const roundTrips: Readonly<Record<Contestant, number>> = { go: 4, ours: 3 };

const aims: Readonly<Record<number, Aim>> = { 0: { atMost: 1 }, 50: { atMost: 0.78 } };

/** How long a user takes, from far and near, alone and among others. */
export async function users(context: PartContext): Promise<readonly Measurement[]> {
  const arena = await Arena.open();
  try {
    const mounts = await arena.mountBoth("users");
    const measurements: Measurement[] = [];
    for (const delay of delays) {
      for (const clients of [1, 16]) {
        const what = `users, ${delay} ms, ${clients} client${clients === 1 ? "" : "s"}`;
        const taken = await takeTurns(context, what, contestants, (side) => issue(arena, mounts[side], delay, clients));
        const limits = { go: roundTrips.go * delay, ours: roundTrips.ours * delay };
        const aim = clients === 1 ? aims[delay] : undefined;
        measurements.push(
          compare(taken, { title: `${what}: p50`, unit: "ms", figure: "p50", limits, ...(aim && { aim }) }),
          compare(taken, { title: `${what}: p99`, unit: "ms", figure: "p99", limits }),
          compare(taken, { title: `${what}: rate`, unit: "1/s", figure: "rate" }),
        );
      }
    }
    return measurements;
  } finally {
    await arena.close();
  }
}

async function issue(arena: Arena, mount: BenchMount, delay: number, clients: number): Promise<Figures> {
  const ask = () => arena.api.read<Credentials>(`${mount.path}/creds/app`);
  await arena.emulator.ask("delay", delay);
  await load({ clients, requests: clients * 2 }, ask);
  const { latencies, rate, answers } = await load({ clients, requests: 400, seconds: 1.5 }, ask);
  await arena.emulator.ask("delay", 0);
  checkUsers(answers, await arena.emulator.ask("users", mount.pool.id));
  await arena.revokeAll(mount);
  await arena.emulator.ask("forget");
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), rate };
}
