import { status } from "@grpc/grpc-js";
import { type HealthServer, HealthCheckResponse_ServingStatus as ServingStatus } from "./gen/health.ts";

/** The name under which a host asks whether its plugin is well (go-plugin grpc_server.go: GRPCServiceName). */
const pluginService = "plugin";

/** A plugin that can answer is well: there is no state in between. */
export const health: HealthServer = {
  check: (call, callback) => {
    if (serves(call.request.service)) {
      callback(null, { status: ServingStatus.SERVING });
    } else {
      callback({ code: status.NOT_FOUND, details: "unknown service" });
    }
  },
  watch: (call) => {
    call.write({ status: serves(call.request.service) ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN });
  },
};

function serves(service: string): boolean {
  return service === "" || service === pluginService;
}
