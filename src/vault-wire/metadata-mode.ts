/**
 * Whether the host runs this process only to ask for its type and version. OpenBao sets a name of its own beside
 * Vault's and prefers it, even when it is empty (OpenBao api/env.go ReadBaoVariable); only the exact text "true"
 * counts (sdk/helper/pluginutil/env.go InMetadataMode).
 */
export function isMetadataMode(environment: Readonly<Record<string, string | undefined>>): boolean {
  return (environment["BAO_PLUGIN_METADATA_MODE"] ?? environment["VAULT_PLUGIN_METADATA_MODE"]) === "true";
}
