import type * as grpc from "@grpc/grpc-js";
import { type BrokerConnection, brokerConnection } from "./broker-connection.ts";
import { ConnectionInfos } from "./connection-infos.ts";
import type { GRPCBrokerServer } from "./gen/broker.ts";
import type { Logger } from "./hclog.ts";

/** Makes connections from the plugin to services of the host (go-plugin grpc_broker.go). */
export interface Broker {
  /**
   * Claims the host's listener with this id. Waits up to 5 seconds for the host to name it, as Go plugins do
   * (go-plugin grpc_broker.go: timeoutWait); the connection itself is made by the first call over it.
   * @throws when the host does not name a listener in time, names one of an unknown network, or `signal` aborts.
   */
  dial(id: number, signal?: AbortSignal): Promise<BrokerConnection>;
}

export interface BrokerParts {
  readonly broker: Broker;
  /** The service through which the host names its listeners. */
  readonly service: GRPCBrokerServer;
}

/** `onStreamEnd` is called when a host lets go of its stream: mostly because it is going away, but that is for others to find out. */
export function createBroker(
  credentials: grpc.ChannelCredentials,
  logger: Logger,
  onStreamEnd: () => void,
): BrokerParts {
  const infos = new ConnectionInfos();
  return {
    broker: {
      dial: async (id, signal) => brokerConnection(await infos.claim(id, signal), credentials),
    },
    service: {
      startStream: (stream) => {
        stream.on("data", (info) => {
          // A knock belongs to hosts that send every connection through one socket, which the handshake declined.
          if (info.knock === undefined) {
            infos.offer(info);
          }
        });
        stream.on("end", () => stream.end());
        stream.on("error", (error) => logger.debug("the host's broker stream broke", { error: error.message }));
        stream.on("close", onStreamEnd);
        stream.on("cancelled", onStreamEnd);
      },
    },
  };
}
