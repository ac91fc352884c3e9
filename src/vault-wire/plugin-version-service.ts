import type { Logger } from "../framework/logger.ts";
import type { ServiceRegistry } from "../go-plugin/service-registry.ts";
import { type PluginVersionServer, PluginVersionService } from "./gen/version.ts";
import { unary } from "./unary.ts";

const semanticVersion = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

/**
 * Tells the version, or none as plugins do that have never heard of versions. It is the same for every mount, so the id
 * that the call carries does not matter. Hosts refuse a version that is not a semantic one (plugin_catalog.go set).
 */
export function registerPluginVersionService(
  server: ServiceRegistry,
  {
    version,
    tellsVersion,
    logger,
  }: { readonly version: string; readonly tellsVersion: boolean; readonly logger: Logger },
): void {
  if (!semanticVersion.test(version)) throw new TypeError(`"${version}" is not a version like 1.2.3`);
  const service: PluginVersionServer = {
    version: unary(logger, async () => ({ plugin_version: tellsVersion ? `v${version}` : "" })),
  };
  server.addService(PluginVersionService, service);
}
