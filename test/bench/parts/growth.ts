import { type Credentials, checkRole, checkUsers } from "../answers.ts";
import { Arena, type BenchMount } from "../arena.ts";
import { load } from "../load.ts";
import type { Measurement } from "../measurement.ts";
import { memoryOf } from "../process-usage.ts";
import { type Figures, type FiguresOfRounds, type PartContext, takeTurns } from "../rounds.ts";
import { quantile } from "../statistics.ts";

const few = { roles: 100, users: 10 };
const many = { roles: 10_000, users: 10_000 };

/** What a mount with little and one with much in it take for the same act: nothing grows but list. */
export async function growth(context: PartContext): Promise<readonly Measurement[]> {
  return [...(await ofRoles(context)), ...(await ofUsers(context))];
}

async function ofRoles(context: PartContext): Promise<readonly Measurement[]> {
  const arena = await Arena.open();
  try {
    const mounts: Record<string, BenchMount> = {};
    for (const side of ["go", "ours"] as const) {
      for (const size of [few.roles, many.roles]) {
        const mount = await arena.mount(side, { path: `${side}-${size}` });
        mounts[`${side} ${size}`] = mount;
        await load({ clients: 16, requests: size }, (index) =>
          arena.api.write(`${mount.path}/roles/role-${index}`, mount.userRole),
        );
        context.tell(`growth: ${side} has ${size} roles`);
      }
    }
    const taken = await takeTurns(context, "growth, roles", Object.keys(mounts), (side) =>
      useRoles(arena, mounts[side] as BenchMount),
    );
    const of = sizes(taken, [few.roles, many.roles], "roles");
    return [
      ...of("role read, p50", "read"),
      ...of("role write, p50", "write"),
      ...of("user, 0 ms, p50", "user"),
      ...of("list of all roles (may grow)", "list", false),
    ];
  } finally {
    await arena.close();
  }
}

async function useRoles(arena: Arena, mount: BenchMount): Promise<Figures> {
  const { api } = arena;
  const count = mount.path.endsWith(String(many.roles)) ? many.roles : few.roles;
  const roleAt = (index: number) => `${mount.path}/roles/role-${(index * 7919) % count}`;
  const read = await load({ clients: 1, requests: 200 }, (index) => api.read<Credentials>(roleAt(index)));
  for (const answer of read.answers) checkRole(answer, mount.userRole);
  const write = await load({ clients: 1, requests: 100 }, (index) => api.write(roleAt(index), mount.userRole));
  const list = await load({ clients: 1, requests: 3 }, () =>
    api.read<{ data: { keys: readonly string[] } }>(`${mount.path}/roles?list=true`),
  );
  for (const { data } of list.answers) {
    if (data.keys.length !== count + (mount.contestant === "ours" ? 3 : 2))
      throw new Error("a wrong answer: not all roles");
  }
  const user = await load({ clients: 1, requests: 40 }, (index) =>
    api.read<Credentials>(`${mount.path}/creds/role-${(index * 7919) % count}`),
  );
  checkUsers(user.answers, await arena.emulator.ask("users", mount.pool.id));
  await arena.revokeAll(mount);
  await arena.emulator.ask("forget");
  const p50 = ({ latencies }: { readonly latencies: readonly number[] }) => quantile(latencies, 0.5);
  return { read: p50(read), write: p50(write), list: p50(list), user: p50(user) };
}

async function ofUsers(context: PartContext): Promise<readonly Measurement[]> {
  const arena = await Arena.open();
  try {
    const mounts: Record<string, BenchMount> = {};
    for (const size of [few.users, many.users]) {
      const mount = await arena.mount("ours", { path: `ours-${size}` });
      mounts[`ours ${size}`] = mount;
      await load({ clients: 16, requests: size }, () => arena.api.read(`${mount.path}/creds/app`));
      await arena.emulator.ask("forget");
      context.tell(`growth: ${size} users live`);
    }
    const taken = await takeTurns(context, "growth, users", Object.keys(mounts), (side) =>
      useUsers(arena, mounts[side] as BenchMount),
    );
    const of = sizes(taken, [few.users, many.users], "live users");
    const { resident } = memoryOf(arena.pids("ours"));
    context.tell(`growth: ${resident.toFixed(0)} MB resident after ${many.users} users`);
    return [...of("user, 0 ms, p50", "user"), ...of("renew, p50", "renew"), ...of("revoke, 0 ms, p50", "revoke")];
  } finally {
    await arena.close();
  }
}

async function useUsers({ api, emulator }: Arena, mount: BenchMount): Promise<Figures> {
  const { latencies, answers } = await load({ clients: 1, requests: 40 }, () =>
    api.read<Credentials>(`${mount.path}/creds/app`),
  );
  checkUsers(answers, await emulator.ask("users", mount.pool.id));
  const leaseOf = (index: number) => ({ lease_id: answers[index]?.lease_id });
  const renew = await load({ clients: 1, requests: answers.length }, (index) =>
    api.write("sys/leases/renew", leaseOf(index)),
  );
  const revoke = await load({ clients: 1, requests: answers.length }, (index) =>
    api.write("sys/leases/revoke", { ...leaseOf(index), sync: true }),
  );
  return {
    user: quantile(latencies, 0.5),
    renew: quantile(renew.latencies, 0.5),
    revoke: quantile(revoke.latencies, 0.5),
  };
}

/** Much against little, for each plugin that was measured. */
function sizes(taken: FiguresOfRounds<string>, [little, much]: readonly [number, number], things: string) {
  const named = { go: "Go plugin", ours: "this plugin" };
  return (title: string, figure: string, isAim = true): Measurement[] =>
    (["go", "ours"] as const).flatMap((side) => {
      const valuesOf = (size: number) => ({
        name: `${size.toLocaleString("en")} ${things}`,
        rounds: (taken[`${side} ${size}`] ?? []).map((figures) => figures[figure] ?? Number.NaN),
      });
      const [reference, subject] = [valuesOf(little), valuesOf(much)];
      if (reference.rounds.length === 0) return [];
      const aim = isAim && side === "ours" ? { aim: { atMost: 1.15 } } : {};
      return [{ title: `${named[side]}: ${title}`, unit: "ms", reference, subject, ...aim }];
    });
}
