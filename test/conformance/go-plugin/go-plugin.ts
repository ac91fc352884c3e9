import { existsSync } from "node:fs";
import { join } from "node:path";

const peers = join(import.meta.dirname, "../../../../shared/peers");

/** The executable of the Go plugin that this one replaces. */
export const goPlugin = join(peers, "vault-plugin-secrets-cognito-go");

/** Why the Go plugin cannot run here, or undefined when it can. */
export function goPluginMissing(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return "the Go plugin's executable is for linux/amd64";
  return existsSync(goPlugin) ? undefined : "no executable of the Go plugin in ../shared/peers";
}

/** Whether its absence is a failure: a CI run beside the folder that ought to hold it. */
export const isGoPluginRequired = Boolean(process.env["REQUIRE_SERVERS"]) && existsSync(join(peers, ".."));
