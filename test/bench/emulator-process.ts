import { UpgradeWorld } from "../upgrade/upgrade-world.ts";
import type { EmulatorCommands, Question, Reply } from "./emulator-commands.ts";

// The emulated AWS in a process of its own: what it costs is not to be counted as a plugin's.

const world = await UpgradeWorld.open();
const { emulator } = world;
const role = emulator.createRole({ name: "bench" });

const commands: EmulatorCommands = {
  describe: () => ({ environment: world.environment, config: world.config, roleArn: role.arn }),
  createPool() {
    // The Go plugin's passwords lack upper or lower case now and then: a pool that insists would make it fail.
    const passwordPolicy = { requireUppercase: false, requireLowercase: false };
    const { pool, userRole, machineRole } = world.createPool({ passwordPolicy });
    return { id: pool.id, userRole, machineRole };
  },
  delay(milliseconds) {
    emulator.faults.clear();
    if (milliseconds === 0) return;
    emulator.faults.add({ match: { times: Number.POSITIVE_INFINITY }, fault: { kind: "delay", milliseconds } });
  },
  forget: () => emulator.forget(),
  calls() {
    const tally: Record<string, number> = {};
    for (const { action } of emulator.calls) tally[action] = (tally[action] ?? 0) + 1;
    return tally;
  },
  users: (poolId) => emulator.pool(poolId).usernames(),
  userCount: (poolId) => emulator.pool(poolId).usernames().length,
  connections: () => world.proxy.asked.length,
};

function answer({ id, name, argument }: Question): Reply {
  try {
    const command = commands[name] as (argument: unknown) => unknown;
    return { id, result: command(argument) };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}

process.on("message", (question: Question) => process.send?.(answer(question)));
process.once("disconnect", () => void world.close().finally(() => process.exit(0)));
