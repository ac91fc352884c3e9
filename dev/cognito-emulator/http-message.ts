/** A request as the listener read it: whole, with lower-case header names. */
export interface HttpRequest {
  readonly method: string;
  /** Undecoded path, without the query. */
  readonly path: string;
  /** Undecoded query, without the question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const bodyText = (request: HttpRequest): string => new TextDecoder().decode(request.body);

export const isForm = (request: HttpRequest): boolean =>
  request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;

export const hostName = (request: HttpRequest): string =>
  (request.headers["host"] ?? "").replace(/:\d+$/, "").toLowerCase();

export function jsonAnswer(status: number, body: unknown, contentType = "application/json"): HttpAnswer {
  return { status, headers: { "content-type": contentType }, body: JSON.stringify(body) };
}

export function htmlAnswer(status: number, sentence: string): HttpAnswer {
  const body = `<html><head><title>${status}</title></head><body><h1>${sentence}</h1></body></html>\n`;
  return { status, headers: { "content-type": "text/html" }, body };
}
