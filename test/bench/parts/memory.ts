import { setTimeout as sleep } from "node:timers/promises";
import { type Credentials, checkUsers } from "../answers.ts";
import { Arena, type BenchMount, type Contestant } from "../arena.ts";
import { load } from "../load.ts";
import type { Measurement } from "../measurement.ts";
import { memoryOf } from "../process-usage.ts";
import { compare, contestants, type Figures, type PartContext, takeTurns } from "../rounds.ts";

const sizes = [1, 5, 20, 100];
/** The largest size is taken in this many rounds only: it starts a hundred processes of the Go plugin each time. */
const roundsOfTheLargest = 1;

/** What the plugins occupy with several mounts, before and after each mount issued users. */
export async function memory(context: PartContext): Promise<readonly Measurement[]> {
  const small = await ofSizes(context, sizes.slice(0, -1));
  const large = await ofSizes({ ...context, rounds: roundsOfTheLargest }, sizes.slice(-1));
  return [...small, ...large];
}

async function ofSizes(context: PartContext, sizes: readonly number[]): Promise<readonly Measurement[]> {
  const taken = await takeTurns(context, `memory with ${sizes.join(", ")} mounts`, contestants, async (side) => {
    // A server of its own each time: memory grows with what a process has been through.
    const arena = await Arena.open();
    try {
      return await grow(arena, side, sizes);
    } finally {
      await arena.close();
    }
  });
  return sizes.flatMap((size) => {
    const mounts = `${size} mount${size === 1 ? "" : "s"}`;
    const aim = size === 20 ? { aim: { atMost: 0.33 } } : {};
    return [
      compare(taken, { title: `resident, ${mounts}, idle`, unit: "MB", figure: `idle ${size}`, ...aim }),
      compare(taken, { title: `resident, ${mounts}, after load`, unit: "MB", figure: `loaded ${size}`, ...aim }),
      compare(taken, { title: `proportional, ${mounts}, idle`, unit: "MB", figure: `shared ${size}` }),
    ];
  });
}

async function grow(arena: Arena, side: Contestant, sizes: readonly number[]): Promise<Figures> {
  const figures: Record<string, number> = {};
  const mounts: BenchMount[] = [];
  for (const size of sizes) {
    while (mounts.length < size) {
      const pool = mounts[0]?.pool;
      mounts.push(await arena.mount(side, { path: `${side}-${mounts.length}`, ...(pool && { pool }) }));
    }
    await sleep(1500);
    const { resident, proportional } = memoryOf(arena.pids(side));
    figures[`idle ${size}`] = resident;
    figures[`shared ${size}`] = proportional;
    await use(arena, mounts);
    figures[`loaded ${size}`] = memoryOf(arena.pids(side)).resident;
  }
  return figures;
}

/** Each mount issues and revokes two users; all together at least 100. */
async function use(arena: Arena, mounts: readonly BenchMount[]): Promise<void> {
  const [first] = mounts;
  if (first === undefined) return;
  const { answers } = await load({ clients: 8, requests: Math.max(100, mounts.length * 2) }, (index) =>
    arena.api.read<Credentials>(`${mounts[index % mounts.length]?.path}/creds/app`),
  );
  checkUsers(answers, await arena.emulator.ask("users", first.pool.id));
  for (const { path } of mounts) {
    await arena.api.write(`sys/leases/revoke-prefix/${path}/creds`, { sync: false });
  }
  while ((await arena.emulator.ask("userCount", first.pool.id)) > 0) await sleep(20);
}
