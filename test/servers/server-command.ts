import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ServerPlace, serverConfiguration } from "./server-configuration.ts";
import type { ServerKind } from "./server-kinds.ts";
import type { ServerOptions } from "./server-options.ts";

/** How a server is started. */
export interface ServerCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** What it prints once it has its port. */
  readonly ready: string;
  /** What it prints when another has the port. */
  readonly portTaken: string;
}

const devServer = join(import.meta.dirname, "../../dev/dev-server/main.ts");

/** @param file the server's executable; of the dev server, which has none, the command line that talks to it */
export function serverCommand(
  kind: ServerKind,
  file: string,
  options: ServerOptions,
  place: ServerPlace,
): ServerCommand {
  const { folder, port } = place;
  if (kind === "dev-server") {
    if (options.storage !== undefined || options.config !== undefined) {
      throw new Error("the dev server has neither storage to choose nor a configuration file");
    }
    const args = [devServer, `--port=${port}`, `--plugin-dir=${join(folder, "plugins")}`, "--log-level=trace"];
    return { file: process.execPath, args, ready: "Dev server at ", portTaken: "is taken" };
  }
  const base = serverConfiguration(kind, options.node === undefined ? (options.storage ?? "file") : "raft", {
    ...place,
    node: options.node?.name,
  });
  const config = join(folder, "config.json");
  writeFileSync(config, JSON.stringify({ ...base, ...options.config }));
  return { file, args: ["server", `-config=${config}`], ready: "server started!", portTaken: "address already in use" };
}
