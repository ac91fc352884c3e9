import { type Credentials, checkUsers } from "../answers.ts";
import { Arena, type BenchMount } from "../arena.ts";
import { load } from "../load.ts";
import type { Measurement } from "../measurement.ts";
import { compare, contestants, type Figures, type PartContext, takeTurns } from "../rounds.ts";
import { quantile } from "../statistics.ts";

const many = 1000;

/** How long leases take to be renewed and revoked, one by one and a thousand at once. */
export async function leases(context: PartContext): Promise<readonly Measurement[]> {
  const arena = await Arena.open();
  try {
    const mounts = await arena.mountBoth("leases");
    const measurements: Measurement[] = [];
    for (const delay of [0, 50]) {
      const one = await takeTurns(context, `leases, ${delay} ms`, contestants, (side) =>
        oneByOne(arena, mounts[side], delay),
      );
      measurements.push(
        compare(one, {
          title: `renew, ${delay} ms, 1 client: p50`,
          unit: "ms",
          figure: "renew",
          limits: { go: 0, ours: 0 },
        }),
        compare(one, {
          title: `revoke, ${delay} ms, 1 client: p50`,
          unit: "ms",
          figure: "revoke",
          limits: { go: delay, ours: delay },
        }),
      );
    }
    const all = await takeTurns(context, `revoke ${many} users`, contestants, (side) => allAtOnce(arena, mounts[side]));
    measurements.push(
      compare(all, { title: `revoke ${many.toLocaleString("en")} users at once, 0 ms`, unit: "s", figure: "seconds" }),
    );
    return measurements;
  } finally {
    await arena.close();
  }
}

async function oneByOne(arena: Arena, mount: BenchMount, delay: number): Promise<Figures> {
  const { api, emulator } = arena;
  const issue = () => api.read<Credentials>(`${mount.path}/creds/app`);
  const { answers } = await load({ clients: 8, requests: 40 }, issue);
  checkUsers(answers, await emulator.ask("users", mount.pool.id));
  await emulator.ask("delay", delay);
  const leaseOf = (index: number) => ({ lease_id: answers[index]?.lease_id });
  const renew = await load({ clients: 1, requests: answers.length }, async (index) => {
    const { lease_duration } = await api.write<Credentials>("sys/leases/renew", leaseOf(index));
    if (lease_duration !== 3600) throw new Error("a wrong answer: the lease was not renewed for the role's ttl");
  });
  const revoke = await load({ clients: 1, requests: answers.length }, (index) =>
    api.write("sys/leases/revoke", { ...leaseOf(index), sync: true }),
  );
  await emulator.ask("delay", 0);
  const left = await emulator.ask("userCount", mount.pool.id);
  if (left > 0) throw new Error(`a wrong answer: ${left} users are left after their revocation`);
  await emulator.ask("forget");
  return { renew: quantile(renew.latencies, 0.5), revoke: quantile(revoke.latencies, 0.5) };
}

async function allAtOnce(arena: Arena, mount: BenchMount): Promise<Figures> {
  const { answers } = await load({ clients: 16, requests: many }, () =>
    arena.api.read<Credentials>(`${mount.path}/creds/app`),
  );
  checkUsers(answers, await arena.emulator.ask("users", mount.pool.id));
  const began = performance.now();
  await arena.revokeAll(mount);
  const seconds = (performance.now() - began) / 1000;
  await arena.emulator.ask("forget");
  return { seconds };
}
