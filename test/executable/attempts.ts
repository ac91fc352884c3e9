import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

/** Where an attempt leaves its traces. */
export interface Place {
  /** A folder the plugin may write to. */
  readonly folder: string;
  /** A port nobody listens on. */
  readonly port: number;
}

/** One way to make a plugin do what its author did not write, by what a registration can hold: variables and arguments. */
export interface Attempt {
  readonly name: string;
  readonly env?: (place: Place) => Record<string, string>;
  readonly args?: (place: Place) => string[];
  /** The plugin must crash for it. */
  readonly crash?: true;
  /** A stock executable resists it too. */
  readonly stockResists?: true;
}

const script = ({ folder }: Place) => join(folder, "script.cjs");
const canary = ({ folder }: Place) => join(folder, "canary");

/** Writes what the attempts use: a script and a program that leave a canary. */
export function prepare(place: Place): void {
  writeFileSync(script(place), `require("node:fs").writeFileSync(${JSON.stringify(canary(place))}, "");`);
  writeFileSync(join(place.folder, "curl"), `#!/bin/sh\necho > '${canary(place)}'\n`);
  chmodSync(join(place.folder, "curl"), 0o755);
}

/** Whether an attempt had its way: a file was written, or a debugger listens. */
export async function succeeded(place: Place): Promise<boolean> {
  return existsSync(canary(place)) || (await listens(place.port));
}

function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.once("connect", () => resolve(true));
  socket.once("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

export const attempts: readonly Attempt[] = [
  { name: "BUN_BE_BUN", env: () => ({ BUN_BE_BUN: "1" }), args: (place) => ["run", script(place)] },
  { name: "BUN_OPTIONS", env: (place) => ({ BUN_OPTIONS: `--preload ${script(place)}` }) },
  { name: "BUN_INSPECT", env: ({ port }) => ({ BUN_INSPECT: `ws://127.0.0.1:${port}/` }) },
  {
    name: "BUN_INSPECT and BUN_INSPECT_PRELOAD",
    env: (place) => ({ BUN_INSPECT: `ws://127.0.0.1:${place.port}/`, BUN_INSPECT_PRELOAD: script(place) }),
  },
  { name: "BUN_BYTECODE_ORDER_OUT", env: (place) => ({ BUN_BYTECODE_ORDER_OUT: canary(place) }) },
  { name: "BUN_BYTECODE_DIGEST_OUT", env: (place) => ({ BUN_BYTECODE_DIGEST_OUT: canary(place) }) },
  {
    name: "BUN_ENABLE_CRASH_REPORTING",
    env: ({ folder }) => ({
      BUN_ENABLE_CRASH_REPORTING: "1",
      BUN_CRASH_REPORT_URL: "http://127.0.0.1:9",
      PATH: `${folder}:/usr/bin:/bin`,
    }),
    crash: true,
  },
  { name: "NODE_OPTIONS", env: (place) => ({ NODE_OPTIONS: `--require ${script(place)}` }), stockResists: true },
  {
    name: "variables of Node that write files",
    env: (place) => ({
      NODE_V8_COVERAGE: canary(place),
      NODE_COMPILE_CACHE: canary(place),
      NODE_REDIRECT_WARNINGS: canary(place),
      NODE_REPL_HISTORY: canary(place),
    }),
    stockResists: true,
  },
  ...[
    (place: Place) => [script(place)],
    (place: Place) => ["run", script(place)],
    (place: Place) => ["-r", script(place)],
    (place: Place) => [`--preload=${script(place)}`],
    (place: Place) => ["-e", `require(${JSON.stringify(script(place))})`],
    (place: Place) => [`--print=require(${JSON.stringify(script(place))})`],
    ({ port }: Place) => [`--inspect=127.0.0.1:${port}`],
    ({ port }: Place) => [`--inspect-brk=127.0.0.1:${port}`],
  ].map((args) => ({
    name: `the argument ${args({ folder: "", port: 0 })[0]?.replace(/=.*/, "")}`,
    args,
    stockResists: true as const,
  })),
];
