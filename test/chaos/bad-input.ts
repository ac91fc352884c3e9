/**
 * `bun test/chaos/bad-input.ts [vault|openbao] [seed] [every]`: wrong types, huge and odd texts, deep and wide JSON, odd names and random
 * documents on every path and operation of a mount, through a real server; with `every` 5 each fifth of the lists. Prints how many requests were made and what came
 * back; the exit code is 0 when every answer was one that a person understands and the plugin is the very process it was.
 */
import { prepareForBadInput } from "./bad-input-mount.ts";
import { BadInputRun } from "./bad-input-run.ts";
import { tryOnMountedServer } from "./mounted-server.ts";

const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 31));
const every = Number(process.argv[4] ?? 1);

await tryOnMountedServer(async (server, world) => {
  const lease = await prepareForBadInput(server);
  const plugins = server.pluginPids();
  const run = new BadInputRun(server, { every, random: Math.ceil(100 / every), seed });
  await run.everywhere("cognito", world, lease);
  const { requests, statuses, slowestMilliseconds, faults } = run.report;
  const samePlugin = server.pluginPids().join() === plugins.join();
  const uncaught = server.logText().match(/an error was not caught|a rejection was not handled/g)?.length ?? 0;
  console.log(
    `${server.title}, seed ${seed}: ${requests} requests, slowest ${slowestMilliseconds} ms, statuses ${JSON.stringify(statuses)}, ` +
      `${faults.length} bad answers, ${uncaught} uncaught errors, ${samePlugin ? "the same" : "ANOTHER"} plugin process`,
  );
  for (const fault of faults.slice(0, 40)) console.log(fault);
  return faults.length === 0 && uncaught === 0 && samePlugin;
});
