import { request } from "node:http";

export interface VaultAccess {
  /** `http://host:port` */
  readonly address: string;
  readonly token: string;
}

/** The parts of Vault's answers that are used here. */
export interface VaultAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly lease_id: string;
  readonly lease_duration: number;
  readonly renewable: boolean;
}

/**
 * One request to Vault's API; `path` without `/v1/`. It uses node:http, not fetch, as no proxy of the environment may stand between.
 * @throws Error with what the server said, or that it cannot be reached
 */
export async function callVault(
  { address, token }: VaultAccess,
  method: string,
  path: string,
  body?: object,
): Promise<VaultAnswer> {
  const { status, text } = await send(`${address}/v1/${path}`, method, token, body);
  const answer = text === "" ? {} : parse(text);
  if (status < 400) return { data: null, lease_id: "", lease_duration: 0, renewable: false, ...answer };
  const errors = "errors" in answer && Array.isArray(answer.errors) ? answer.errors : [];
  throw new Error(errors.length === 0 ? `${method} ${path} answered ${status}` : errors.join("; "));
}

function parse(text: string): object {
  try {
    return JSON.parse(text);
  } catch {
    return { errors: ["the answer is not JSON: is this a Vault server?"] };
  }
}

function send(url: string, method: string, token: string, body?: object): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const text = body === undefined ? "" : JSON.stringify(body);
  const headers = { "x-vault-token": token, "content-length": Buffer.byteLength(text) };
  const sent = request(url, { method, headers, agent: false }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("error", reject);
    answer.on("end", () => {
      resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
    });
  });
  sent.on("error", (error) => {
    reject(new Error(`${new URL(url).origin} cannot be reached (${error.message}). Is the server running?`));
  });
  sent.end(text);
  return promise;
}
