import type * as grpc from "@grpc/grpc-js";

/** Takes the gRPC services a plugin offers beside those of the process protocol. */
export type ServiceRegistry = Pick<grpc.Server, "addService">;
