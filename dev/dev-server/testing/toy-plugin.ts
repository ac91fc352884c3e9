/**
 * A secrets engine in one file, run by tests as a child process over the real protocol. It keeps words (`kv/<name>`), leases them
 * (`creds/<name>`), and does as told: `crash`, `hang`, `say` (what the host sent), `bytes`.
 */
import { type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { hclog } from "../../../src/go-plugin/hclog.ts";
import { lineWriter } from "../../../src/go-plugin/line-writer.ts";
import { serve } from "../../../src/go-plugin/serve.ts";
import {
  BackendService,
  type HandleExistenceCheckReply,
  type HandleRequestReply,
  type Request,
  Response,
  StorageClient,
} from "../../../src/vault-wire/gen/backend.ts";
import { PluginMultiplexingService } from "../../../src/vault-wire/gen/multiplexing.ts";
import { PluginVersionService } from "../../../src/vault-wire/gen/version.ts";

/** The storage of one mount, with promises. */
class Store {
  readonly #client: StorageClient;

  constructor(client: StorageClient) {
    this.#client = client;
  }

  get(key: string): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      this.#client.get({ key, txn: "" }, (error, reply) => {
        if (error !== null) reject(error);
        else resolve(reply.entry?.value.toString());
      });
    });
  }

  put(key: string, text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = { key, value: Buffer.from(text), seal_wrap: false };
      this.#client.put({ entry, txn: "" }, (error, reply) => settle(error ?? reply.err, resolve, reject));
    });
  }

  delete(key: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.delete({ key, txn: "" }, (error, reply) => settle(error ?? reply.err, resolve, reject));
    });
  }

  list(prefix: string): Promise<string[]> {
    return new Promise((resolve, reject) => {
      this.#client.list({ prefix, txn: "" }, (error, reply) => (error === null ? resolve(reply.keys) : reject(error)));
    });
  }
}

function settle(problem: Error | string, resolve: () => void, reject: (error: Error) => void): void {
  if (problem === "") resolve();
  else reject(problem instanceof Error ? problem : new Error(problem));
}

const stores = new Map<string, Store>();
const empty = Response.decode(new Uint8Array());
const second = 1_000_000_000n;

function data(fields: object, more: Partial<Response> = {}): HandleRequestReply {
  return { err: undefined, response: { ...empty, data: JSON.stringify(fields), ...more } };
}

function failure(err_type: number, err_msg: string): HandleRequestReply {
  return { response: undefined, err: { err_type, err_msg, err_code: 409n } };
}

const nothing: HandleRequestReply = { response: undefined, err: undefined };

async function handle(store: Store, request: Request): Promise<HandleRequestReply> {
  const { operation, path } = request;
  switch (operation) {
    case "renew":
      return data({}, { secret: request.secret });
    case "revoke":
      return revoke(store, request);
    case "rollback":
      await store.put("kv/rollbacks", JSON.stringify({ word: Number((await word(store, "rollbacks")) ?? 0) + 1 }));
      return nothing;
    case "help":
      return data({ help: `help for "${path}"`, see_also: null, openapi: { paths: { "/say": {} } } });
  }
  if (path === "crash") process.exit(3);
  if (path === "say") return data({ request: JSON.parse(JSON.stringify(request, (_, value) => plain(value))) });
  if (path === "bytes") {
    return data({ http_content_type: "text/plain", http_raw_body: "aGVsbG8=", http_status_code: 202 });
  }
  if (path === "refuse") return data({ error: "the toy refuses" });
  if (path === "fail") return failure(Number(JSON.parse(request.data).type), "the toy fails");
  const [folder, name = ""] = path.split("/");
  if (folder === "creds") return issue(store, name);
  if (folder !== "kv") return failure(6, "");
  return keep(store, operation, name, request.data);
}

async function keep(store: Store, operation: string, name: string, body: string): Promise<HandleRequestReply> {
  switch (operation) {
    case "read": {
      const kept = await store.get(`kv/${name}`);
      return kept === undefined ? nothing : data(JSON.parse(kept));
    }
    case "list":
      return data({ keys: await store.list("kv/") });
    case "create":
    case "update":
      await store.put(`kv/${name}`, body);
      return operation === "create" ? nothing : data({ was: "there" });
    case "delete":
      await store.delete(`kv/${name}`);
      return nothing;
    default:
      return failure(5, "");
  }
}

/** A word under a lease of a minute, of five at the longest. */
async function issue(store: Store, name: string): Promise<HandleRequestReply> {
  await store.put(`kv/${name}`, JSON.stringify({ word: "issued" }));
  const lease_options = {
    TTL: 60n * second,
    MaxTTL: 300n * second,
    renewable: true,
    increment: 0n,
    issue_time: { seconds: 0n, nanos: 0 },
  };
  const secret = { lease_options, internal_data: JSON.stringify({ name }), lease_id: "" };
  return data({ word: `of ${name}` }, { secret });
}

/** Fails as `kv/stuck` says, if it is there. */
async function revoke(store: Store, request: Request): Promise<HandleRequestReply> {
  const stuck = await word(store, "stuck");
  if (stuck !== undefined) return failure(stuck === "for ever" ? 10 : 0, "the toy is stuck");
  await store.delete(`kv/${JSON.parse(request.secret?.internal_data ?? "{}").name}`);
  return nothing;
}

async function word(store: Store, name: string): Promise<unknown> {
  const kept = await store.get(`kv/${name}`);
  return kept === undefined ? undefined : JSON.parse(kept).word;
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function storeOf(call: ServerUnaryCall<unknown, unknown>): Store {
  const store = stores.get(idOf(call));
  if (store === undefined) throw new Error("no backend instance found");
  return store;
}

function idOf(call: ServerUnaryCall<unknown, unknown>): string {
  return String(call.metadata.get("multiplex_id")[0]);
}

function reply<Reply>(work: Promise<Reply>, answer: sendUnaryData<Reply>): void {
  work.then(
    (value) => answer(null, value),
    (error: unknown) => answer({ code: status.UNKNOWN, details: String(error) }),
  );
}

const outcome = await serve({
  cookie: { key: "VAULT_BACKEND_PLUGIN", value: "6669da05-b1c8-4f49-97d9-c8e5bed98e20" },
  protocolVersion: 5,
  environment: process.env,
  logger: hclog({ module: "toy", now: Date.now, write: lineWriter(2) }),
  describe: String,
  register(server, broker) {
    server.addService(PluginMultiplexingService, {
      multiplexingSupport: (_call: unknown, answer: sendUnaryData<{ supported: boolean }>) =>
        answer(null, { supported: true }),
    });
    server.addService(PluginVersionService, {
      version: (_call: unknown, answer: sendUnaryData<{ plugin_version: string }>) =>
        answer(null, { plugin_version: process.env["TOY_VERSION"] ?? "v0.1.0" }),
    });
    server.addService(BackendService, {
      setup: (call: ServerUnaryCall<{ broker_id: number }, unknown>, answer: sendUnaryData<{ err: string }>) => {
        const connect = async () => {
          const connection = await broker.dial(call.request.broker_id);
          stores.set(idOf(call), new Store(connection.client(StorageClient)));
          return { err: process.env["TOY_SETUP_ERROR"] ?? "" };
        };
        reply(connect(), answer);
      },
      type: (_call: unknown, answer: sendUnaryData<{ type: number }>) => answer(null, { type: 1 }),
      specialPaths: (_call: unknown, answer: sendUnaryData<{ paths: undefined }>) => answer(null, { paths: undefined }),
      initialize: (_call: unknown, answer: sendUnaryData<{ err: undefined }>) => answer(null, { err: undefined }),
      invalidateKey: (_call: unknown, answer: sendUnaryData<object>) => answer(null, {}),
      cleanup: (call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<object>) => {
        stores.delete(idOf(call));
        answer(null, {});
      },
      handleRequest: (
        call: ServerUnaryCall<{ request: Request }, HandleRequestReply>,
        answer: sendUnaryData<HandleRequestReply>,
      ) => {
        if (call.request.request.path !== "hang") return reply(handle(storeOf(call), call.request.request), answer);
        call.on("cancelled", () => storeOf(call).put("kv/cancelled", "{}"));
      },
      handleExistenceCheck: (
        call: ServerUnaryCall<{ request: Request }, HandleExistenceCheckReply>,
        answer: sendUnaryData<HandleExistenceCheckReply>,
      ) => {
        const { path } = call.request.request;
        const check = async () => ({
          check_found: path.startsWith("kv/"),
          exists: (await storeOf(call).get(path)) !== undefined,
          err: undefined,
        });
        reply(check(), answer);
      },
    });
    return async () => undefined;
  },
});
if (outcome.kind !== "serving") {
  process.stderr.write("the toy needs a host\n");
  process.exit(1);
}
