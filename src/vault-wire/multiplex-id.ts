import * as grpc from "@grpc/grpc-js";
import { RefusedCall } from "./unary.ts";

/**
 * Which of the mounts that share this process a call is for.
 * @throws RefusedCall unless there is exactly one id (sdk/helper/pluginutil/multiplexing.go GetMultiplexIDFromContext).
 */
export function multiplexIdOf(metadata: grpc.Metadata): string {
  // HTTP/2 servers join the values of a header that is sent twice.
  const ids = metadata.get("multiplex_id").flatMap((value) => value.toString().split(","));
  const id = ids[0] ?? "";
  if (ids.length === 1 && id !== "") return id;
  const problem = ids.length === 1 ? "an empty multiplex_id" : `${ids.length} values of multiplex_id`;
  throw new RefusedCall(grpc.status.INVALID_ARGUMENT, `the call has ${problem} in its metadata; it needs exactly one`);
}
