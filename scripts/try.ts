/** `make try`: shows the plugin at work, on our dev server and an emulated AWS, and leaves nothing behind. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../dev/dev-server/index.ts";
import { Narrator, seconds } from "./trying/narrator.ts";
import { tellStory } from "./trying/story.ts";

const cache = join(import.meta.dirname, "../.cache");
const stops: (() => Promise<void>)[] = [];
let lastWords = (): string => "";
let pluginDirectory: string | undefined;

async function stopEverything(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
  if (pluginDirectory !== undefined) rmSync(pluginDirectory, { recursive: true, force: true });
}

async function tryIt(): Promise<void> {
  const isTerminal = process.stdout.isTTY === true;
  const hasColour = isTerminal && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  const narrator = new Narrator({ write: (text) => process.stdout.write(text), isTerminal, hasColour });
  const realServer = process.env.VAULT_BIN || undefined;
  const started = performance.now();
  mkdirSync(cache, { recursive: true });
  pluginDirectory = mkdtempSync(join(cache, "try-"));
  narrator.heading("Short-lived Cognito credentials from Vault, without AWS");
  await tellStory({
    narrator,
    realServer,
    pluginDirectory,
    onStarted(stop, words) {
      stops.push(stop);
      lastWords = words ?? lastWords;
    },
  });
  await narrator.step({
    title: "Stop everything",
    act: stopEverything,
    answer: () => ["server, plugin and emulator have ended; nothing is kept"],
  });
  narrator.say(
    `\nAll of it took ${seconds(performance.now() - started)}. To go on by hand: make, and in a second terminal make enable.`,
  );
}

let isEnding = false;

/** What happened first decides: a request to stop makes whatever is under way fail. */
function end(exitCode: number, message?: string): void {
  if (isEnding) return;
  isEnding = true;
  if (message !== undefined) process.stderr.write(`\n${message}\n`);
  stopEverything().then(
    () => process.exit(exitCode),
    () => process.exit(exitCode),
  );
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => end(130, "Stopped on request; everything that was started is ended."));
}

tryIt().then(() => end(0), fail);

function fail(error: unknown): void {
  const words = lastWords().trim();
  end(1, `That did not work: ${messageOf(error)}${words === "" ? "" : `\n\nThe server's log ends with:\n${words}`}`);
}
