import type { ChannelOptions } from "@grpc/grpc-js";

/** For a channel to the other side of a plugin's connections, on the same machine. */
export const channelOptions: ChannelOptions = {
  // Certificates name localhost, wherever their owner listens (go-plugin mtls.go: generateCert).
  "grpc.ssl_target_name_override": "localhost",
  "grpc.default_authority": "localhost",
  // The environment may name a proxy for the outside world.
  "grpc.enable_http_proxy": 0,
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
  // Otherwise closing one channel could leave its socket to others.
  "grpc.use_local_subchannel_pool": 1,
};
