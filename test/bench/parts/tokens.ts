import { type Credentials, checkTokens } from "../answers.ts";
import { Arena, type BenchMount } from "../arena.ts";
import { load } from "../load.ts";
import type { Measurement } from "../measurement.ts";
import { compare, contestants, type Figures, type PartContext, takeTurns } from "../rounds.ts";
import { quantile } from "../statistics.ts";

/** How long an access token takes: asked for each time, and shared, which only this plugin can. */
export async function tokens(context: PartContext): Promise<readonly Measurement[]> {
  const arena = await Arena.open();
  try {
    const mounts = await arena.mountBoth("tokens");
    const measurements: Measurement[] = [];
    for (const delay of [0, 50]) {
      for (const clients of [1, 16]) {
        const with_ = `${delay} ms, ${clients} client${clients === 1 ? "" : "s"}`;
        const plain = await takeTurns(context, `tokens, ${with_}`, contestants, (side) =>
          issue(arena, mounts[side], { role: "machine", delay, clients }),
        );
        const shared = await takeTurns(context, `shared tokens, ${with_}`, contestants, (side) =>
          issue(arena, mounts[side], { role: side === "go" ? "machine" : "shared", delay, clients }),
        );
        const limits = { go: delay, ours: delay };
        const plainAim = clients === 1 ? { aim: { atMost: 1 } } : {};
        const sharedAim = clients === 1 && delay === 50 ? { aim: { atMost: 0.1 } } : {};
        measurements.push(
          compare(plain, { title: `tokens, ${with_}: p50`, unit: "ms", figure: "p50", limits, ...plainAim }),
          compare(plain, { title: `tokens, ${with_}: p99`, unit: "ms", figure: "p99", limits }),
          compare(plain, { title: `tokens, ${with_}: rate`, unit: "1/s", figure: "rate" }),
          compare(shared, {
            title: `shared tokens, ${with_}: p50`,
            unit: "ms",
            figure: "p50",
            limits: { go: delay, ours: 0 },
            ...sharedAim,
          }),
        );
      }
    }
    return measurements;
  } finally {
    await arena.close();
  }
}

interface TokenTurn {
  readonly role: string;
  readonly delay: number;
  readonly clients: number;
}

async function issue(arena: Arena, mount: BenchMount, { role, delay, clients }: TokenTurn): Promise<Figures> {
  const ask = () => arena.api.read<Credentials>(`${mount.path}/creds/${role}`);
  await arena.emulator.ask("delay", delay);
  await load({ clients, requests: clients * 4 }, ask);
  const { latencies, rate, answers } = await load({ clients, requests: 1500, seconds: 1.5 }, ask);
  await arena.emulator.ask("delay", 0);
  checkTokens(answers, mount.pool.machineRole.app_client_id, role === "shared" ? 1 : answers.length);
  await arena.emulator.ask("forget");
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), rate };
}
