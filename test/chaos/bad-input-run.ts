import { request } from "node:http";
import { configFields } from "../../src/cognito/config.ts";
import { newRole } from "../../src/cognito/role.ts";
import type { RealServer } from "../servers/real-server.ts";
import type { CognitoWorld } from "../stories/cognito-world.ts";
import { badBodies, badNames, badValues, randomBodies } from "./bad-values.ts";

/** How much is tried: of every list each `every`th, and so many random documents for each path. */
export interface BadInputScale {
  readonly every: number;
  readonly random: number;
  readonly seed: number;
}

export interface BadInputReport {
  requests: number;
  /** How many answers had each status. */
  readonly statuses: Record<number, number>;
  slowestMilliseconds: number;
  /** Answers that no person should get, shortened. */
  readonly faults: string[];
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  /** What was written before may name hosts and pools that do not exist: then status 500 says so. */
  readonly mayFail?: boolean;
}

const longestAnswer = 30_000;
const longestSentence = 2000;

/** Words of a program that failed rather than refused. */
const giveaways =
  /TypeError|RangeError|ReferenceError|SyntaxError|undefined is not|is not a function|Cannot read|\$bunfs|node_modules|\.(?:ts|js|go):\d|goroutine|panic|rpc error|internal error|\[object |plugin is shut down/;

/** What servers say, some of it with status 500, before an engine hears of a request: it is no JSON, or they cannot hand it on. */
const serversOwn =
  /^(?:malformed JSON|JSON input exceeds|duplicate key|failed to parse JSON|error parsing JSON|failed to decode|invalid character)/;

const secretFields = new Set(["app_client_secret", "aws_secret_access_key", "aws_session_token"]);

/** Secrets are looked for in what the server writes down, so those that are told from other values by nothing are left out. */
const badSecrets = badValues
  .filter((value) => !/^-?\d{8}/.test(value))
  .map((value) => (value.startsWith('"') ? `"only-a-secret ${value.slice(1)}` : value));

/** Sends what no sensible caller would, and judges every answer. */
export class BadInputRun {
  readonly report: BadInputReport = { requests: 0, statuses: {}, slowestMilliseconds: 0, faults: [] };
  readonly #server: RealServer;
  readonly #scale: BadInputScale;
  #turn = 0;

  constructor(server: RealServer, scale: BadInputScale) {
    this.#server = server;
    this.#scale = scale;
  }

  /** @param mount with the roles `app` and `machine` of this world, and a user's lease */
  async everywhere(mount: string, { userRole, machineRole }: CognitoWorld, lease_id: string): Promise<void> {
    const credsFields = ["ttl", "scopes", "minimum_seconds", "role"];
    // A config beside the one in use: a mistake in that one would hide what happens to roles.
    await this.#bodies(`odd-${mount}/config`, Object.keys(configFields), {});
    for (const [name, role] of Object.entries({ app: userRole, machine: machineRole })) {
      const odd = `odd-${name}`;
      await this.#bodies(`${mount}/roles/${odd}`, Object.keys(newRole), role, `${mount}/creds/${odd}`);
      await this.#bodies(`${mount}/creds/${name}`, credsFields, {});
      await this.#queries(`${mount}/creds/${name}`, credsFields);
    }
    await this.#bodies("sys/leases/renew", ["increment"], { lease_id });
    await this.#names(mount);
  }

  /** Every value in every field of a body, and bodies that are none; `after` is read whenever one was taken. */
  async #bodies(path: string, fields: readonly string[], more: object, after?: string): Promise<void> {
    const tryBody = async (method: string, body: string) => {
      const { status } = await this.#ask({ method, path, body });
      if (status < 300 && after !== undefined) await this.#ask({ method: "GET", path: after, mayFail: true });
    };
    for (const field of fields) {
      const others = Object.entries(more).filter(([name]) => name !== field);
      const begin = others.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}, `).join("");
      for (const value of this.#some(secretFields.has(field) ? badSecrets : badValues)) {
        await tryBody("PUT", `{${begin}${JSON.stringify(field)}: ${value}}`);
      }
    }
    for (const body of this.#some(badBodies)) await tryBody("POST", body);
    for (const body of randomBodies(fields, this.#scale.random, this.#scale.seed)) await tryBody("PUT", body);
    for (const method of ["GET", "LIST", "PATCH", "DELETE", "HEAD", "OPTIONS"]) {
      await this.#ask({ method, path, ...(method === "PATCH" ? { body: "{}" } : {}) });
    }
  }

  async #queries(path: string, fields: readonly string[]): Promise<void> {
    for (const field of fields) {
      for (const value of this.#some(badValues.filter(({ length }) => length < 5000))) {
        const read: unknown = JSON.parse(value);
        const query = new URLSearchParams({ [field]: typeof read === "string" ? read : value });
        await this.#ask({ method: "GET", path: `${path}?${query}` });
        await this.#ask({ method: "GET", path: `${path}?${query}&${query}` });
      }
    }
  }

  async #names(mount: string): Promise<void> {
    for (const name of this.#some(badNames)) {
      for (const folder of ["roles/", "creds/", "config/", ""]) {
        const path = `${mount}/${folder}${name}`;
        for (const method of ["GET", "LIST", "DELETE"]) await this.#ask({ method, path });
        await this.#ask({ method: "PUT", path, body: '{"ttl": "1h"}' });
        await this.#ask({ method: "GET", path: `${path}?help=1` });
      }
    }
  }

  #some<T>(all: readonly T[]): T[] {
    const { every } = this.#scale;
    this.#turn += 1;
    return all.filter((_, index) => (index + this.#turn) % every === 0);
  }

  async #ask(asked: Asked): Promise<Answer> {
    const { report } = this;
    report.requests += 1;
    const began = performance.now();
    const answer = await this.#send(asked);
    report.slowestMilliseconds = Math.max(report.slowestMilliseconds, Math.round(performance.now() - began));
    report.statuses[answer.status] = (report.statuses[answer.status] ?? 0) + 1;
    const fault = faultOf(asked, answer);
    if (fault !== undefined) {
      const { method, path, body = "" } = asked;
      report.faults.push(`${method} ${path.slice(0, 100)} ${body.slice(0, 200)}: ${answer.status} ${fault}`);
    }
    return answer;
  }

  #send({ method, path, body = "" }: Asked): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const [verb, url] = method === "LIST" ? ["LIST", path] : [method, path];
    const headers = {
      "x-vault-token": this.#server.rootToken,
      "content-length": Buffer.byteLength(body),
      ...(method === "PATCH" ? { "content-type": "application/merge-patch+json" } : {}),
    };
    const sent = request(`${this.#server.address}/v1/${url}`, { method: verb, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", () => resolve({ status: 0, text: "the answer broke off" }));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    sent.setTimeout(longestAnswer, () => {
      resolve({ status: 0, text: "no answer in time" });
      sent.destroy();
    });
    // Servers cut off bodies and headers that are too long for them.
    sent.on("error", (error) => resolve({ status: 0, text: String(error) }));
    sent.end(body);
    return promise;
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function faultOf({ method, path, mayFail = false }: Asked, { status, text }: Answer): string | undefined {
  if (status === 0) return text;
  if (status < 400) return undefined;
  // The server's own refusals of what it does not take for an API call.
  if (method === "HEAD" || method === "OPTIONS" || text === "" || !text.startsWith("{")) return giveaway(text);
  const { errors } = JSON.parse(text) as { errors: string[] };
  // A server cannot bring a path to any plugin that is not UTF-8, and says of a write only "internal error".
  if (path.includes("%ff%fe")) return undefined;
  if (errors.length > 0 && errors.every((sentence) => serversOwn.test(sentence))) return undefined;
  if (status >= 500 && !mayFail) return errors.join("; ");
  // Nothing to say: what servers answer where nothing is.
  if (errors.length === 0) return status === 404 || status === 405 ? undefined : "no sentence";
  return errors.map((sentence) => giveaway(sentence)).find((found) => found !== undefined);
}

function giveaway(text: string): string | undefined {
  if (text.length > longestSentence) return `a sentence of ${text.length} characters: ${text.slice(0, 200)}`;
  return giveaways.test(text) ? text.slice(0, 500) : undefined;
}
