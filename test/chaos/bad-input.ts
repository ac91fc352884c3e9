/**
 * `bun test/chaos/bad-input.ts [vault|openbao] [seed] [every]`: wrong types, huge and odd texts, deep and wide JSON, odd names and random
 * documents on every path and operation of a mount, through a real server; with `every` 5 each fifth of the lists. Prints how many requests were made and what came
 * back; the exit code is 0 when every answer was one that a person understands and the plugin is the very process it was.
 */
import { startServer } from "../servers/real-server.ts";
import { cognitoWorld } from "../stories/cognito-world.ts";
import { BadInputRun } from "./bad-input-run.ts";
import { mountForBadInput } from "./bad-input-world.ts";

const kind = process.argv[2] === "openbao" ? "openbao" : "vault";
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
const every = Number(process.argv[4] ?? 1);

const world = await cognitoWorld();
const server = await startServer(kind);
try {
  const lease = await mountForBadInput(server, world);
  const plugins = server.pluginPids();
  const run = new BadInputRun(server, { every, random: Math.ceil(100 / every), seed });
  await run.everywhere("cognito", world, lease);
  const { requests, statuses, slowestMilliseconds, faults } = run.report;
  const samePlugin = server.pluginPids().join() === plugins.join();
  const uncaught = server.logText().match(/an error was not caught|a rejection was not handled/g)?.length ?? 0;
  console.log(
    `${kind}, seed ${seed}: ${requests} requests, slowest ${slowestMilliseconds} ms, statuses ${JSON.stringify(statuses)}, ` +
      `${faults.length} bad answers, ${uncaught} uncaught errors, ${samePlugin ? "the same" : "ANOTHER"} plugin process`,
  );
  for (const fault of faults.slice(0, 40)) console.log(fault);
  process.exitCode = faults.length === 0 && uncaught === 0 && samePlugin ? 0 : 1;
} finally {
  await world.emulator.close();
  await server.stop();
}
