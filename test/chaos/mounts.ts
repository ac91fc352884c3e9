/**
 * `bun test/chaos/mounts.ts [vault|openbao] [mounts]`: mounts the engine 200 times, uses and unmounts every mount, ten times over,
 * then has the server start the plugin anew 20 times. One mount stays all the while, so that it is one process. Takes about
 * two minutes. Prints what plugin and server held, for Linux only; the exit code is 0 when files and sockets came back to
 * what they were each time, and memory stopped growing.
 */
import { startServer } from "../servers/real-server.ts";
import { executable } from "../stories/cognito-world.ts";
import { chosenServer } from "./chosen-server.ts";
import { comeAndGo, keep, reload } from "./mount-cycle.ts";
import { type Holdings, holdingsOf, isSame, settledHoldings } from "./mount-holdings.ts";

const rounds = 10;
const reloads = 20;
/** What memory may gain from the rounds 2 to 5 to the last four. MB. */
const mostGrowth = 25;

const mounts = Number(process.argv[3] ?? 200);

const server = await startServer(chosenServer(), { storage: "inmem" });
try {
  await server.registerPlugin({ name: "cognito", file: executable });
  await keep(server, ["kept"]);
  const before = holdingsOf(server);
  say("before", before);
  const after: Holdings[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const began = performance.now();
    const held = await comeAndGo(server, mounts);
    say(`round ${round}, ${mounts} mounts, ${((performance.now() - began) / 1000).toFixed(1)} s`, held);
    after.push(await settledHoldings(server, before));
    say(`round ${round}, unmounted`, after.at(-1) ?? before);
  }
  await reload(server, reloads, ["kept"]);
  const reloaded = await settledHoldings(server, before);
  say(`after ${reloads} reloads`, reloaded);

  // Garbage comes and goes: the least of some rounds tells what stays.
  const least = (some: readonly Holdings[]) => Math.min(...some.map(({ pluginMemory }) => pluginMemory));
  const growth = least(after.slice(-4)) - least(after.slice(1, 5));
  const leaking = [...after, reloaded].filter((each) => !isSame(each, before)).length;
  const held = leaking === 0 && growth <= mostGrowth;
  console.log(`memory gained from the rounds 2 to 5 to the last four: ${growth} MB (at most ${mostGrowth})`);
  console.log(`outcome: ${held ? "nothing leaks" : "SOMETHING LEAKS"}`);
  process.exitCode = held ? 0 : 1;
} finally {
  await server.stop();
}

function say(when: string, holdings: Holdings): void {
  const { pluginProcesses, pluginMemory, pluginFiles, pluginSockets, serverFiles, serverSockets, temporaryFiles } =
    holdings;
  console.log(
    `${when}: ${pluginProcesses} process, ${pluginMemory} MB, ${pluginFiles} files (${pluginSockets} sockets); ` +
      `server ${serverFiles} files (${serverSockets} sockets); ${temporaryFiles} temporary files`,
  );
}
