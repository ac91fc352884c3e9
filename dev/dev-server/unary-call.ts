import type { CallOptions, ClientUnaryCall, Metadata, ServiceError } from "@grpc/grpc-js";

/** A unary method of a generated client, bound to it. */
export type UnaryMethod<Request, Reply> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, reply: Reply) => void,
) => ClientUnaryCall;

export interface UnaryOptions {
  /** How long the plugin has, in milliseconds. */
  readonly timeout: number;
  /** Cancels the call when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** One call with its answer as a promise; rejects with a gRPC ServiceError. */
export function callUnary<Request, Reply>(
  method: UnaryMethod<Request, Reply>,
  request: Request,
  metadata: Metadata,
  { timeout, signal }: UnaryOptions,
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const call = method(request, metadata, { deadline: Date.now() + timeout }, (error, reply) => {
    signal?.removeEventListener("abort", cancel);
    if (error === null) resolve(reply);
    else reject(error);
  });
  const cancel = (): void => call.cancel();
  if (signal?.aborted === true) cancel();
  else signal?.addEventListener("abort", cancel, { once: true });
  return promise;
}
