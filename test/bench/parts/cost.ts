import { type Credentials, checkTokens, checkUsers } from "../answers.ts";
import { Arena, type BenchMount } from "../arena.ts";
import { load } from "../load.ts";
import type { Measurement } from "../measurement.ts";
import { cpuMilliseconds } from "../process-usage.ts";
import { compare, contestants, type Figures, type PartContext, takeTurns } from "../rounds.ts";

const issued = 300;

/** What a credential costs: CPU of the plugin, and calls to AWS with a role to assume. */
export async function cost(context: PartContext): Promise<readonly Measurement[]> {
  const arena = await Arena.open();
  try {
    const mounts = await arena.mountBoth("cost");
    const cpu = await takeTurns(context, "CPU", contestants, (side) => cpuOf(arena, mounts[side]));
    const calls = await takeTurns(context, "AWS calls", contestants, async (side, round) =>
      // A mount that has assumed no role yet.
      callsOf(
        arena,
        await arena.mount(side, { path: `${side}-${round}`, config: { aws_assume_role_arn: arena.roleArn } }),
      ),
    );
    const actions = new Set([...calls.go, ...calls.ours].flatMap((figures) => Object.keys(figures)));
    const aim = { atMost: 1.5 };
    return [
      compare(cpu, { title: "CPU of the plugin per user", unit: "ms", figure: "user", aim }),
      compare(cpu, { title: "CPU of the plugin per revocation", unit: "ms", figure: "revocation" }),
      compare(cpu, { title: "CPU of the plugin per token", unit: "ms", figure: "token", aim }),
      ...[...actions].map((action) =>
        compare(calls, {
          title: `AWS calls per user and its end: ${action}`,
          unit: "calls",
          figure: action,
          ...(action === "AssumeRole" ? { aim: { atMost: 0.1 } } : {}),
        }),
      ),
    ];
  } finally {
    await arena.close();
  }
}

async function cpuOf(arena: Arena, mount: BenchMount): Promise<Figures> {
  const { api, emulator } = arena;
  const pids = arena.pids(mount.contestant);
  const each = async (work: () => Promise<void>) => {
    const before = cpuMilliseconds(pids);
    await work();
    return (cpuMilliseconds(pids) - before) / issued;
  };
  let answers: readonly Credentials[] = [];
  const ask = (role: string) => async () => {
    ({ answers } = await load({ clients: 4, requests: issued }, () =>
      api.read<Credentials>(`${mount.path}/creds/${role}`),
    ));
  };
  const user = await each(ask("app"));
  checkUsers(answers, await emulator.ask("users", mount.pool.id));
  const revocation = await each(() => arena.revokeAll(mount));
  const token = await each(ask("machine"));
  checkTokens(answers, mount.pool.machineRole.app_client_id, issued);
  await emulator.ask("forget");
  return { user, revocation, token };
}

const lives = 20;

async function callsOf(arena: Arena, mount: BenchMount): Promise<Figures> {
  const { api, emulator } = arena;
  await emulator.ask("forget");
  const { answers } = await load({ clients: 1, requests: lives }, () =>
    api.read<Credentials>(`${mount.path}/creds/app`),
  );
  checkUsers(answers, await emulator.ask("users", mount.pool.id));
  await arena.revokeAll(mount);
  const calls = Object.entries(await emulator.ask("calls")).map(([action, count]) => [action, count / lives]);
  return { AssumeRole: 0, ...Object.fromEntries(calls) };
}
