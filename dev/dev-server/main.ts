/** Runs the dev server from the command line. */
import { statSync } from "node:fs";
import { parseArgs } from "node:util";
import { messageOf } from "./api-error.ts";
import type { DevServer } from "./dev-server.ts";
import { isLogLevel, type LogLevel, textLog } from "./log.ts";
import { registerDirectory } from "./register-directory.ts";
import { startDevServer } from "./start.ts";

const usage = `Runs a small Vault for development: in memory, not encrypted, one root token, loopback only.
  --port <number>        port on 127.0.0.1; 8200 when left out, 0 for any free one
  --root-token <text>    its one token; "root" when left out
  --plugin-dir <folder>  where plugins lie; its executable files are registered under their names
  --log-level <level>    trace, debug, info (when left out), warn or error
  --help                 this text
`;

const parentCheckMilliseconds = 1_000;

interface Settings {
  readonly port: number;
  readonly rootToken: string;
  readonly pluginDirectory: string | undefined;
  readonly logLevel: LogLevel;
}

/** The command line is wrong. */
class BadUsage extends Error {}

function readSettings(args: readonly string[]): Settings | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "8200" },
      "root-token": { type: "string", default: "root" },
      "plugin-dir": { type: "string" },
      "log-level": { type: "string", default: "info" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const { port, "root-token": rootToken, "plugin-dir": pluginDirectory, "log-level": logLevel } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new BadUsage(`--port must be a number between 0 and 65535, not "${port}"`);
  }
  if (!/^[\x21-\x7e]+$/.test(rootToken)) throw new BadUsage("--root-token must be text without spaces");
  if (!isLogLevel(logLevel))
    throw new BadUsage(`--log-level must be trace, debug, info, warn or error, not "${logLevel}"`);
  if (pluginDirectory !== undefined && statSync(pluginDirectory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new BadUsage(`--plugin-dir names ${pluginDirectory}, which is not a folder`);
  }
  return { port: Number(port), rootToken, pluginDirectory, logLevel };
}

async function main(): Promise<void> {
  const parent = process.ppid;
  const settings = readSettings(process.argv.slice(2));
  if (settings === undefined) {
    process.stdout.write(usage);
    return;
  }
  const { port, rootToken, pluginDirectory, logLevel } = settings;
  const log = textLog({ level: logLevel, now: Date.now, write: (line) => process.stderr.write(line) });
  const server = await startDevServer({ port, rootToken, pluginDirectory, log, environment: process.env });
  stopWhenTold(server, parent);
  const plugins = pluginDirectory === undefined ? [] : await registerDirectory(server.core, pluginDirectory);
  process.stdout.write(introduction(server.address, rootToken, plugins));
}

/** The first signal, and the end of whoever started it, ends everything in order; a second signal at once. */
function stopWhenTold(server: DevServer, parent: number): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) {
      server.core.pool.killAll();
      process.exit(1);
    }
    isStopping = true;
    clearInterval(watch);
    server.stop().then(() => process.exit(0), fail);
  };
  const watch = setInterval(() => {
    if (process.ppid !== parent) stop();
  }, parentCheckMilliseconds);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
}

function introduction(address: string, rootToken: string, plugins: readonly string[]): string {
  const registered = plugins.length === 0 ? "none yet" : plugins.join(", ");
  return `Dev server at ${address}, root token: ${rootToken}
For development only: it keeps everything in memory, encrypts nothing, and forgets all when it ends (Ctrl-C).
Plugins: ${registered}
`;
}

function fail(error: unknown): never {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}

main().catch(fail);
