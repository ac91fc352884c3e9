import * as grpc from "@grpc/grpc-js";

/** A call to the host that brought no answer. Says which call and why; never what was sent. */
export class HostCallError extends Error {
  override readonly name = "HostCallError";
  /** Undefined where the call could not be started, or where the host answered with a failure. */
  readonly status: grpc.status | undefined;

  constructor(method: HostMethod<never, unknown>, problem: string, status?: grpc.status) {
    super(`${method.path.replace("/pb.", "")}: ${problem}`);
    this.status = status;
  }

  /** True where the host has no such call: Vault and OpenBao differ, and so do their versions. */
  get isUnimplemented(): boolean {
    return this.status === grpc.status.UNIMPLEMENTED;
  }
}

/** A method as generated service definitions describe it. */
export interface HostMethod<Request, Reply> {
  /** "/pb.Storage/Get" */
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Reply;
}

/** Longer than a storage under load takes, shorter than the 90 seconds that hosts give a whole request. */
const defaultCallLimit = 60_000;

/** Calls the services that the host offers to one mount. */
export class HostClient {
  readonly #client: grpc.Client;
  readonly #callLimit: number;

  /** @param callLimit milliseconds after which a call to a host that does not answer is given up. */
  constructor(client: grpc.Client, callLimit = defaultCallLimit) {
    this.#client = client;
    this.#callLimit = callLimit;
  }

  /** @throws HostCallError */
  call<Request, Reply>(method: HostMethod<Request, Reply>, request: Request): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const receive = (error: grpc.ServiceError | null, reply?: Reply) => {
        if (reply !== undefined) resolve(reply);
        else reject(failure(method, error));
      };
      // grpc-js compares a deadline with the system's time: a mount's clock, which may stand still, does not serve.
      const deadline = Date.now() + this.#callLimit;
      const { path, requestSerialize, responseDeserialize } = method;
      try {
        withoutStackTraces(() =>
          this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, { deadline }, receive),
        );
      } catch {
        // A closed channel throws instead of calling back.
        reject(new HostCallError(method, "the connection of this mount to the host is closed"));
      }
    });
  }

  /** For the calls whose failures come as a text in the reply, with status OK. */
  async checkedCall<Request, Reply extends { readonly err: string }>(
    method: HostMethod<Request, Reply>,
    request: Request,
  ): Promise<Reply> {
    const reply = await this.call(method, request);
    if (reply.err !== "") throw new HostCallError(method, reply.err);
    return reply;
  }
}

/** grpc-js makes an Error of each call in case it fails, for a stack that nobody here looks at: collecting them took a tenth of a credential's processor time. */
function withoutStackTraces(work: () => void): void {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function failure(method: HostMethod<never, unknown>, error: grpc.ServiceError | null): HostCallError {
  if (error === null) return new HostCallError(method, "the host answered nothing");
  return new HostCallError(method, `${grpc.status[error.code]}: ${error.details}`, error.code);
}
