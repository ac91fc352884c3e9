import type { BackendFactory } from "./framework/backend.ts";
import { systemClock } from "./framework/system-clock.ts";
import { hclog } from "./go-plugin/hclog.ts";
import { lineWriter } from "./go-plugin/line-writer.ts";
import { serve } from "./go-plugin/serve.ts";
import { secureEnvironment } from "./process-environment.ts";
import { answerByHand } from "./run-by-hand.ts";
import { shrinkMemoryAfterStart } from "./shrink-memory.ts";
import { registerVaultServices } from "./vault-wire/backend-service.ts";
import { describeThrown } from "./vault-wire/describe-thrown.ts";
import { isMetadataMode } from "./vault-wire/metadata-mode.ts";

/** A secrets engine, as an executable offers it. */
export interface Plugin {
  /** One word: the module in log lines, and the mount path that `--help` proposes. The executable is called vault-plugin-secrets-<name>. */
  readonly name: string;
  /** What it is, for `--help`: "a secrets engine for AWS Cognito". */
  readonly summary: string;
  /** Semantic version of this build, without the "v". */
  readonly version: string;
  /** Makes the backend of one mount. */
  readonly factory: BackendFactory;
}

/** The process that becomes the plugin. */
export type PluginProcess = Pick<
  NodeJS.Process,
  "env" | "argv" | "execPath" | "stdout" | "stderr" | "exit" | "exitCode"
>;

// sdk/plugin/serve.go HandshakeConfig: the same for Vault and OpenBao.
const cookie = { key: "VAULT_BACKEND_PLUGIN", value: "6669da05-b1c8-4f49-97d9-c8e5bed98e20" };
const protocolVersion = 5;

/**
 * Makes a process the plugin of a Vault or OpenBao server: the last line of a plugin's main file. The process ends when the server
 * wants or is gone. Started by hand it says what it is for; where it cannot run safely it says why on stderr, and ends with 1.
 */
export async function servePlugin(plugin: Plugin, process: PluginProcess): Promise<void> {
  const { name, version, factory } = plugin;
  const { env: environment } = process;
  const args = process.argv.slice(2);
  const logger = hclog({ module: name, now: Date.now, write: lineWriter(2) });

  const danger = secureEnvironment(environment);
  if (danger !== undefined) {
    logger.error(danger);
    process.exit(1);
  }

  const outcome = await serve({
    cookie,
    protocolVersion,
    environment,
    logger,
    describe: describeThrown,
    register: (server, broker) =>
      registerVaultServices(server, broker, {
        factory,
        version,
        // Told only on request: servers file a plugin under the version it tells, where mounts of the file that it replaces, an older
        // one or the Go plugin's, would not find it. Untold, registering the new file as the old one was puts it in the old one's place.
        tellsVersion: args.includes("--report-version"),
        clock: systemClock,
        logger,
        metadataMode: isMetadataMode(environment),
      }),
  });

  switch (outcome.kind) {
    case "serving":
      shrinkMemoryAfterStart();
      break;
    case "refused":
      logger.error(outcome.reason);
      process.exit(1);
      break;
    case "no-cookie": {
      const answer = answerByHand(args, { ...plugin, path: process.execPath });
      process[answer.stream].write(answer.text);
      process.exitCode = answer.exitCode;
    }
  }
}
