import { beforeAll, describe, expect, test } from "bun:test";
import { goPlugin } from "../conformance/go-plugin/go-plugin.ts";
import { executable } from "../stories/cognito-world.ts";
import { describeUpgrade } from "./describe-upgrade.ts";
import { Bench, type Fault } from "./fault.ts";
import { faultsOfLeases } from "./faults-of-leases.ts";
import { faultsOfMounts } from "./faults-of-mounts.ts";
import { faultsOfTokens } from "./faults-of-tokens.ts";
import { faultsOfUsers } from "./faults-of-users.ts";

const faults: readonly Fault[] = [...faultsOfTokens, ...faultsOfUsers, ...faultsOfLeases, ...faultsOfMounts];

await describeUpgrade(
  "the Go plugin's faults, side by side",
  ({ shared }, world) => {
    beforeAll(async () => {
      await shared().registerPlugin({ name: "cognito-go", file: goPlugin, command: "cognito-go" });
      await shared().registerPlugin({ name: "cognito", file: executable, command: "cognito" });
    });

    async function openBench(plugin: "cognito-go" | "cognito", { pool }: Fault, path: string): Promise<Bench> {
      await shared().enable(path, plugin);
      const bench = new Bench({ server: shared(), world, place: world.createPool(pool), path, plugin });
      expect(await bench.write("config", world.config)).toMatchObject({ status: 204 });
      return bench;
    }

    for (const [index, fault] of faults.entries()) {
      describe(fault.title, () => {
        for (const [plugin, tell] of [
          ["cognito-go", fault.goPlugin],
          ["cognito", fault.ours],
        ] as const) {
          test(plugin === "cognito" ? "not here" : "there", async () => {
            const bench = await openBench(plugin, fault, `${plugin}-${index}`);
            try {
              await tell(bench);
            } finally {
              bench.clear();
            }
          });
        }
      });
    }
  },
  { serverHasIdentity: true },
);
