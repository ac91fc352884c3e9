import { randomBytes } from "node:crypto";
import packageFile from "../package.json" with { type: "json" };
import { cognito } from "./cognito/cognito.ts";
import { RequestLimits } from "./cognito/request-limits.ts";
import { ambientRegion } from "./cognito/user-pools.ts";
import { systemClock } from "./framework/system-clock.ts";
import { hclog } from "./go-plugin/hclog.ts";
import { lineWriter } from "./go-plugin/line-writer.ts";
import { serve } from "./go-plugin/serve.ts";
import { secureEnvironment } from "./process-environment.ts";
import { answerByHand } from "./run-by-hand.ts";
import { registerVaultServices } from "./vault-wire/backend-service.ts";
import { isMetadataMode } from "./vault-wire/metadata-mode.ts";

// sdk/plugin/serve.go HandshakeConfig: the same for Vault and OpenBao.
const cookie = { key: "VAULT_BACKEND_PLUGIN", value: "6669da05-b1c8-4f49-97d9-c8e5bed98e20" };
const protocolVersion = 5;

const { version } = packageFile;
const environment = process.env;
// Told only on request: servers file a plugin under the version it tells, where mounts of the file that it replaces, an older one
// or the Go plugin's, would not find it. Untold, registering the new file as the old one was puts it in the old one's place.
const tellsVersion = process.argv.slice(2).includes("--report-version");
const logger = hclog({ module: "cognito", now: Date.now, write: lineWriter(2) });

const danger = secureEnvironment(environment);
if (danger !== undefined) {
  logger.error(danger);
  process.exit(1);
}

const factory = cognito({
  fetch,
  random: randomBytes,
  requestLimits: new RequestLimits(systemClock),
  ambientRegion: () => ambientRegion(environment),
});

const outcome = await serve({
  cookie,
  protocolVersion,
  environment,
  logger,
  register: (server, broker) =>
    registerVaultServices(server, broker, {
      factory,
      version,
      tellsVersion,
      clock: systemClock,
      logger,
      metadataMode: isMetadataMode(environment),
    }),
});

switch (outcome.kind) {
  case "serving":
    break;
  case "refused":
    logger.error(outcome.reason);
    process.exit(1);
    break;
  case "no-cookie": {
    const answer = answerByHand(process.argv.slice(2), { path: process.execPath, version: `v${version}` });
    process[answer.stream].write(answer.text);
    process.exitCode = answer.exitCode;
  }
}
