import { type Credentials, checkRole } from "../answers.ts";
import { Arena, type BenchMount } from "../arena.ts";
import { load } from "../load.ts";
import type { Measurement } from "../measurement.ts";
import { compare, contestants, type Figures, type PartContext, takeTurns } from "../rounds.ts";
import { quantile } from "../statistics.ts";

/** How fast roles are read and written: nothing but the plugin and the server's storage. */
export async function roles(context: PartContext): Promise<readonly Measurement[]> {
  const arena = await Arena.open();
  try {
    const mounts = await arena.mountBoth("roles");
    const measurements: Measurement[] = [];
    for (const clients of [1, 16]) {
      for (const act of ["read", "write"] as const) {
        const what = `role ${act}s, ${clients} client${clients === 1 ? "" : "s"}`;
        const taken = await takeTurns(context, what, contestants, (side) => use(arena, mounts[side], act, clients));
        measurements.push(
          compare(taken, { title: `${what}: rate`, unit: "1/s", figure: "rate", aim: { atLeast: 1 } }),
          compare(taken, { title: `${what}: p50`, unit: "ms", figure: "p50" }),
        );
      }
    }
    return measurements;
  } finally {
    await arena.close();
  }
}

async function use(arena: Arena, mount: BenchMount, act: "read" | "write", clients: number): Promise<Figures> {
  const { api } = arena;
  const read = (name: string) => api.read<Credentials>(`${mount.path}/roles/${name}`);
  const write = async (index: number) => {
    const role = { ...mount.userRole, dummy_email_domain: `d${index}.example.com` };
    const name = `role-${index % 50}`;
    await api.write(`${mount.path}/roles/${name}`, role);
    return { name, role };
  };
  const limits = { clients, seconds: 2, requests: 20_000 };
  if (act === "read") {
    await load({ ...limits, seconds: 0.3 }, () => read("app"));
    const { latencies, rate, answers } = await load(limits, () => read("app"));
    for (const answer of answers) checkRole(answer, mount.userRole);
    return { rate, p50: quantile(latencies, 0.5) };
  }
  await load({ ...limits, seconds: 0.3 }, write);
  const { latencies, rate, answers } = await load(limits, write);
  const last = new Map(answers.map(({ name, role }) => [name, role]));
  // Among several clients the last to ask need not be the last to be served.
  if (clients === 1) for (const [name, role] of last) checkRole(await read(name), role);
  else for (const name of last.keys()) await read(name);
  return { rate, p50: quantile(latencies, 0.5) };
}
