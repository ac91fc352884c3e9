/** Mounts the plugin at cognito/ on the dev server by HTTP, for machines without the vault command line. */
import { messageOf } from "../dev/dev-server/index.ts";
import { callVault } from "./trying/call-vault.ts";
import { releaseFile } from "./trying/release-file.ts";

const address = process.env.VAULT_ADDR || "http://127.0.0.1:8200";
const token = process.env.VAULT_TOKEN || "root";

try {
  await callVault({ address, token }, "POST", "sys/mounts/cognito", { type: releaseFile().name });
  console.log(`Success! Enabled the ${releaseFile().name} secrets engine at: cognito/`);
} catch (error) {
  console.error(`The plugin was not mounted: ${messageOf(error)}`);
  process.exitCode = 1;
}
