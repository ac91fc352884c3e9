import { randomUUID } from "node:crypto";
import type { Registration } from "./catalog.ts";
import type { Core } from "./core.ts";
import { PluginBackend } from "./plugin-backend.ts";

/**
 * Starts the plugin once to ask for its version; it gets neither storage nor a system view, as in Vault
 * (plugin_catalog.go: getBackendRunningVersion).
 * @throws PluginFailure
 */
export async function runningVersion(core: Core, registration: Omit<Registration, "version">): Promise<string> {
  const command = await core.catalog.commandOf(registration);
  const process = await core.pool.acquire(`version ${randomUUID()}`, command);
  try {
    const backend = await PluginBackend.setUp(process, { config: {}, uuid: "", services: undefined });
    return await backend.version();
  } finally {
    await core.pool.end(process);
  }
}
