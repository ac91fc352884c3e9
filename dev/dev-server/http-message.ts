export interface HttpRequest {
  /** In capitals. Vault has one that no HTTP library of the runtime accepts: LIST. */
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
  readonly remoteAddress: string;
  /** Aborted when the client leaves before it got its answer. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** The request cannot be read; the connection ends after the answer. */
export class BadHttp extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The first value of a header; undefined when it is absent or empty. */
export function headerOf(request: HttpRequest, name: string): string | undefined {
  return request.headers.get(name)?.[0] || undefined;
}
