import { expect, test } from "bun:test";
import { isMetadataMode } from "./metadata-mode.ts";

test.each([
  [{}, false],
  [{ VAULT_PLUGIN_METADATA_MODE: "true" }, true],
  [{ VAULT_PLUGIN_METADATA_MODE: "false" }, false],
  [{ VAULT_PLUGIN_METADATA_MODE: "TRUE" }, false],
  [{ VAULT_PLUGIN_METADATA_MODE: "1" }, false],
  [{ BAO_PLUGIN_METADATA_MODE: "true", VAULT_PLUGIN_METADATA_MODE: "false" }, true],
  [{ BAO_PLUGIN_METADATA_MODE: "false", VAULT_PLUGIN_METADATA_MODE: "true" }, false],
  [{ BAO_PLUGIN_METADATA_MODE: "", VAULT_PLUGIN_METADATA_MODE: "true" }, false],
])("%p means metadata mode: %p", (environment, expected) => {
  expect(isMetadataMode(environment)).toBe(expected);
});
