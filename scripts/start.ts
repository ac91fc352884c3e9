/** Runs our own dev server and the Cognito emulator beside it, for machines without Vault and AWS, until Ctrl-C. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { seedDemo } from "../dev/cognito-emulator/demo.ts";
import { startCognitoEmulator } from "../dev/cognito-emulator/index.ts";
import { messageOf, registerDirectory, startDevServer, textLog } from "../dev/dev-server/index.ts";
import { nextSteps } from "./trying/next-steps.ts";
import { placeReleaseFile } from "./trying/release-file.ts";

const rootToken = "root";

async function start(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: "string", default: "8200" } } });
  const port = Number(values.port);
  const pluginDirectory = join(import.meta.dirname, "../.cache/dev-plugins");
  placeReleaseFile(pluginDirectory);
  const log = textLog({ level: "info", now: Date.now, write: (line) => process.stderr.write(line) });
  const server = await startDevServer({ port, rootToken, pluginDirectory, log, environment: process.env });
  const emulator = await startCognitoEmulator();
  const stop = once(() => Promise.all([server.stop(), emulator.close()]).then(() => process.exit(0), fail));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  seedDemo(emulator);
  await registerDirectory(server.core, pluginDirectory);
  console.log(`
Dev server      ${server.address}   root token: ${rootToken}
Emulated AWS    ${emulator.url}   Cognito, its token endpoint and STS, with a demo user pool
Both are for development only: they keep everything in memory, encrypt nothing, and forget all on Ctrl-C.`);
  console.log(nextSteps({ address: server.address, token: rootToken, emulator: emulator.url }));
}

/** A second Ctrl-C does not wait; the plugin notices by itself that its server is gone. */
function once(stop: () => void): () => void {
  let isStopping = false;
  return () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    stop();
  };
}

function fail(error: unknown): never {
  console.error(messageOf(error));
  process.exit(1);
}

start().catch(fail);
