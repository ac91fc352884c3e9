import type * as grpc from "@grpc/grpc-js";

/** Makes connections from the plugin to services of the host (go-plugin grpc_broker.go). */
export interface Broker {
  /**
   * Claims the host's listener with this id. Waits up to 5 seconds for the host to name it, as Go plugins do
   * (go-plugin grpc_broker.go: timeoutWait); the connection itself is made by the first call over it.
   * @throws when the host does not name a listener in time, names one of an unknown network, or `signal` aborts.
   */
  dial(id: number, signal?: AbortSignal): Promise<BrokerConnection>;
}

/** One connection to services of the host. Every client made from it shares one channel. */
export interface BrokerConnection {
  client<C extends grpc.Client>(constructor: ClientConstructor<C>): C;
  /** Lets running calls end and refuses new ones. */
  close(): void;
}

export type ClientConstructor<C extends grpc.Client> = new (
  address: string,
  credentials: grpc.ChannelCredentials,
  options?: Partial<grpc.ClientOptions>,
) => C;
