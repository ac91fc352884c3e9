import { Agent, request } from "node:http";
import type { HttpAnswer } from "../servers/http.ts";

/** The server's HTTP API over connections that are kept: what a plugin takes is to be measured, not connecting. */
export class ApiClient {
  readonly #address: string;
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(address: string, token: string) {
    this.#address = address;
    this.#token = token;
  }

  /** Never throws for a status. */
  ask<Body>(method: string, path: string, fields?: object): Promise<HttpAnswer<Body>> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer<Body>>();
    const text = fields === undefined ? "" : JSON.stringify(fields);
    const headers = { "x-vault-token": this.#token, "content-length": Buffer.byteLength(text) };
    const sent = request(`${this.#address}/v1/${path}`, { method, headers, agent: this.#agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const received = Buffer.concat(chunks).toString("utf8");
        resolve({ status: answer.statusCode ?? 0, body: received === "" ? undefined : JSON.parse(received) });
      });
    });
    sent.on("error", reject);
    sent.end(text);
    return promise;
  }

  async read<Body>(path: string): Promise<Body> {
    const { status, body } = await this.ask<Body>("GET", path);
    if (status !== 200) throw new Error(`reading ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async write<Body>(path: string, fields: object = {}): Promise<Body> {
    const { status, body } = await this.ask<Body>("PUT", path, fields);
    if (status >= 300) throw new Error(`writing ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  async delete(path: string): Promise<void> {
    const { status, body } = await this.ask("DELETE", path);
    if (status >= 300) throw new Error(`deleting ${path}: ${status} ${JSON.stringify(body)}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}
