import { setTimeout as sleep } from "node:timers/promises";
import { type Credentials, checkUsers } from "../answers.ts";
import { Arena, type Contestant, pluginNames } from "../arena.ts";
import { load } from "../load.ts";
import type { Measurement } from "../measurement.ts";
import { cpuMilliseconds } from "../process-usage.ts";
import { compare, contestants, type Figures, type PartContext, takeTurns } from "../rounds.ts";
import { quantile } from "../statistics.ts";

const firstUsers = 50;

/** How long a mount takes, and how soon there are credentials again after a reload and after a crash. */
export async function start(context: PartContext): Promise<readonly Measurement[]> {
  const arena = await Arena.open();
  try {
    const taken = await takeTurns(context, "start", contestants, (side, round) => once(arena, side, round));
    const measure = (title: string, figure: string) => compare(taken, { title, unit: "ms", figure });
    return [
      measure("enable the first mount", "mount"),
      measure("enable a second mount", "second"),
      measure(`the first ${firstUsers} users, 0 ms, 1 client: p50`, "first"),
      measure(`the first ${firstUsers} users: CPU of the plugin, each`, "cpu"),
      measure("reload, until the first user", "reload"),
      measure("crash, until the first user", "crash"),
    ];
  } finally {
    await arena.close();
  }
}

async function once(arena: Arena, side: Contestant, round: number): Promise<Figures> {
  const { api, server, emulator } = arena;
  const plugin = pluginNames[side];
  const path = `${side}-${round}`;
  const mount = await milliseconds(() => server.enable(`${path}-empty`, plugin));
  const second = await milliseconds(() => server.enable(`${path}-second`, plugin));
  const used = await arena.mount(side, { path });

  const answers: Credentials[] = [];
  const untilUser = async () => {
    for (let tries = 1; ; tries += 1) {
      const { status, body } = await api.ask<Credentials>("GET", `${path}/creds/app`);
      if (status === 200) return void answers.push(body);
      if (tries === 2000) throw new Error(`${path}: no credentials any more: ${status}`);
      await sleep(5);
    }
  };
  const pids = arena.pids(side);
  const cpuBefore = cpuMilliseconds(pids);
  const first = await load({ clients: 1, requests: firstUsers }, () => api.read<Credentials>(`${path}/creds/app`));
  const cpu = (cpuMilliseconds(pids) - cpuBefore) / firstUsers;
  answers.push(...first.answers);
  const reload = await milliseconds(async () => {
    await api.write("sys/plugins/reload/backend", { plugin });
    await untilUser();
  });
  for (const pid of arena.pids(side)) process.kill(pid, "SIGKILL");
  const crash = await milliseconds(untilUser);
  checkUsers(answers, await emulator.ask("users", used.pool.id));
  await arena.revokeAll(used);
  for (const name of [`${path}-empty`, `${path}-second`, path]) await api.delete(`sys/mounts/${name}`);
  return { mount, second, first: quantile(first.latencies, 0.5), cpu, reload, crash };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
