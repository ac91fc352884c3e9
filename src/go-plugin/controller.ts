import type { GRPCControllerServer } from "./gen/controller.ts";

/**
 * A host that stops its plugin waits for this answer without a limit (go-plugin grpc_client.go: Close), so it is given
 * before anything else; `shutDown` then ends the process.
 */
export function controller(shutDown: () => void): GRPCControllerServer {
  return {
    shutdown: (_call, callback) => {
      callback(null, {});
      shutDown();
    },
  };
}
