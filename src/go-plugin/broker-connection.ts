import { Channel, type ChannelCredentials, type ChannelOptions, type Client, type ClientOptions } from "@grpc/grpc-js";
import { channelOptions } from "./channel-options.ts";
import type { ConnInfo } from "./gen/broker.ts";

/** One connection to services of the host. Every client made from it shares one channel. */
export interface BrokerConnection {
  client<C extends Client>(clientClass: ClientConstructor<C>): C;
  /** Lets running calls end and refuses new ones. */
  close(): void;
}

export type ClientConstructor<C extends Client> = new (
  address: string,
  credentials: ChannelCredentials,
  options?: Partial<ClientOptions>,
) => C;

/** The longest delay a timer can have. */
const never = 2 ** 31 - 1;

const toTheHost: ChannelOptions = {
  ...channelOptions,
  // The host's listener is there for this one connection: it stays for as long as the mount, used or not.
  "grpc.client_idle_timeout_ms": never,
  // A listener on the same machine is there or not; the default waits up to two minutes before another try.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.enable_channelz": 0,
};

/** Makes a channel that connects on first use. */
export function brokerConnection(info: ConnInfo, credentials: ChannelCredentials): BrokerConnection {
  const target = channelTarget(info);
  const channel = new Channel(target, credentials, toTheHost);
  return {
    client: (clientClass) => new clientClass(target, credentials, { channelOverride: channel }),
    close: () => channel.close(),
  };
}

function channelTarget(info: ConnInfo): string {
  switch (info.network) {
    case "unix":
      return `unix:${info.address}`;
    case "tcp":
      return `dns:${info.address}`;
    default:
      throw new Error(`the host listens for connection ${info.service_id} on an unknown network (${info.network})`);
  }
}
