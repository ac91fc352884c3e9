import type { Logger } from "../framework/logger.ts";
import type { ServiceRegistry } from "../go-plugin/service-registry.ts";
import { type PluginMultiplexingServer, PluginMultiplexingService } from "./gen/multiplexing.ts";
import { unary } from "./unary.ts";

/** Says that one process serves many mounts. Asked without a multiplex_id. */
export function registerMultiplexingService(server: ServiceRegistry, logger: Logger): void {
  const service: PluginMultiplexingServer = {
    multiplexingSupport: unary(logger, async () => ({ supported: true })),
  };
  server.addService(PluginMultiplexingService, service);
}
