import { request } from "node:http";

export interface HttpAnswer<Body> {
  readonly status: number;
  /** The parsed JSON; undefined when the answer has no body. */
  readonly body: Body;
}

export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One JSON request to a server. It uses node:http, not fetch, as no proxy of the environment may stand between. */
export function httpJson<Body>({ method, url, body, headers }: HttpCall): Promise<HttpAnswer<Body>> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer<Body>>();
  const text = body === undefined ? "" : JSON.stringify(body);
  const sent = request(
    url,
    { method, headers: { ...headers, "content-length": Buffer.byteLength(text) }, agent: false },
    (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const received = Buffer.concat(chunks).toString("utf8");
        try {
          resolve({ status: answer.statusCode ?? 0, body: received === "" ? undefined : JSON.parse(received) });
        } catch (error) {
          reject(new Error(`${method} ${url} answered ${answer.statusCode} with no JSON`, { cause: error }));
        }
      });
    },
  );
  sent.on("error", reject);
  sent.end(text);
  return promise;
}
