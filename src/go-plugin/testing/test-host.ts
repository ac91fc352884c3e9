/** The other side of the process protocol, for tests: spawns a plugin and speaks to it with grpc-js as it is. */
import { type ChildProcess, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connect as connectTls, type TLSSocket } from "node:tls";
import {
  ChannelCredentials,
  type Client,
  type ClientDuplexStream,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { type ConnInfo, GRPCBrokerClient } from "../gen/broker.ts";
import { type Identity, selfSignedCertificate } from "../self-signed-certificate.ts";
import { ToyClient, toyHostService } from "./toy-service.ts";

const toyPlugin = join(import.meta.dirname, "toy-plugin.ts");

/** The environment by which a host makes itself known to the toy plugin. */
export function hostEnvironment(identity: Identity): Record<string, string> {
  return {
    TOY_PLUGIN: "a cookie for toys",
    PLUGIN_PROTOCOL_VERSIONS: "5",
    PLUGIN_CLIENT_CERT: pem(identity),
    PLUGIN_MIN_PORT: "10000",
    PLUGIN_MAX_PORT: "25000",
  };
}

export function pem(identity: Identity): string {
  return new X509Certificate(identity.certificate).toString();
}

type Unary = (request: Buffer, callback: (error: Error | null, reply?: Buffer) => void) => { cancel(): void };

export interface TestHostOptions {
  /** The host's key and certificate. */
  readonly identity?: Identity;
  /** Where the plugin's log goes; "pipe" collects it in `log`. */
  readonly stderr?: "pipe" | "inherit";
}

export class TestHost implements AsyncDisposable {
  readonly identity: Identity;
  readonly folder = mkdtempSync(join(tmpdir(), "host-"));
  readonly plugin: ChildProcess;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** What the plugin wrote to stdout, in lines. */
  readonly output: string[] = [];
  /** What the plugin wrote to stderr, in lines. See `logged`, as it comes by another way than answers do. */
  readonly log: string[] = [];
  readonly #logGrew = new EventEmitter();
  readonly #clients: Client[] = [];
  readonly #sessions: ClientHttp2Session[] = [];
  readonly #servers: Server[] = [];
  readonly #firstLine = Promise.withResolvers<string>();
  #broker: ClientDuplexStream<ConnInfo, ConnInfo> | undefined;

  constructor(environment: Record<string, string | undefined> = {}, options: TestHostOptions = {}) {
    this.identity = options.identity ?? selfSignedCertificate(new Date(), "P-521");
    this.plugin = spawn(process.execPath, [toyPlugin], {
      env: { TMPDIR: this.folder, ...hostEnvironment(this.identity), ...environment },
      stdio: ["ignore", "pipe", options.stderr ?? "pipe"],
    });
    this.exited = once(this.plugin, "close").then(([code, signal]) => {
      this.#firstLine.reject(new Error(`the plugin ended before its handshake:\n${this.log.join("\n")}`));
      return { code, signal };
    });
    this.#firstLine.promise.catch(() => {});
    this.#collect(this.plugin.stdout, this.output, (line) => this.#firstLine.resolve(line));
    this.#collect(this.plugin.stderr, this.log, () => this.#logGrew.emit("line"));
  }

  #collect(stream: NodeJS.ReadableStream | null, into: string[], seen: (line: string) => void): void {
    if (stream !== null) {
      createInterface(stream).on("line", (line) => {
        into.push(line);
        seen(line);
      });
    }
  }

  /** The first lines of the log, as soon as there are `count` of them. */
  async logged(count: number): Promise<Record<string, unknown>[]> {
    while (this.log.length < count) {
      await once(this.#logGrew, "line");
    }
    return this.log.slice(0, count).map((line) => JSON.parse(line));
  }

  /** The fields of the handshake line. */
  async handshake(): Promise<string[]> {
    return (await this.#firstLine.promise).trim().split("|");
  }

  async #address(): Promise<{ target: string; pluginCertificate: Buffer }> {
    const [, , , path = "", , certificate = ""] = await this.handshake();
    const der = Buffer.from(certificate, "base64");
    return { target: `unix:${path}`, pluginCertificate: Buffer.from(new X509Certificate(der).toString()) };
  }

  /** A client of the plugin, over a connection of its own, by default with the certificate the plugin was told of. */
  async connect<C extends Client>(
    clientClass: new (address: string, credentials: ChannelCredentials, options: object) => C,
    identity = this.identity,
  ): Promise<C> {
    const { target, pluginCertificate } = await this.#address();
    const credentials = ChannelCredentials.createSsl(
      pluginCertificate,
      Buffer.from(identity.privateKey),
      Buffer.from(pem(identity)),
    );
    const client = new clientClass(target, credentials, {
      "grpc.use_local_subchannel_pool": 1,
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
    });
    this.#clients.push(client);
    return client;
  }

  /** A connection without a client of gRPC, for what none would send. */
  async connectHttp2(): Promise<{ session: ClientHttp2Session; socket: TLSSocket }> {
    const { target, pluginCertificate: ca } = await this.#address();
    const socket = connectTls({
      path: target.slice("unix:".length),
      ca,
      key: this.identity.privateKey,
      cert: pem(this.identity),
      servername: "localhost",
      ALPNProtocols: ["h2"],
    });
    const session = connectHttp2("https://localhost", { createConnection: () => socket });
    this.#sessions.push(session);
    return { session, socket };
  }

  async toy(identity = this.identity): Promise<Toy> {
    return new Toy(await this.connect(ToyClient, identity));
  }

  /** Opens the broker's stream, as a host does once it is connected. */
  async openBroker(): Promise<ClientDuplexStream<ConnInfo, ConnInfo>> {
    const client = await this.connect(GRPCBrokerClient);
    this.#broker = client.startStream();
    this.#broker.on("error", () => {});
    return this.#broker;
  }

  /** Tells the plugin where connection `id` is being listened for. */
  offer(id: number, network: string, address: string): void {
    this.#broker?.write({ service_id: id, network, address, knock: undefined });
  }

  /** Serves the host's echo to whoever shows the plugin's certificate. Returns the address as go-plugin would send it. */
  async listen(network: "unix" | "tcp", identity = this.identity): Promise<string> {
    const { pluginCertificate } = await this.#address();
    const server = new Server({ "grpc.max_receive_message_length": -1 });
    server.addService(toyHostService, {
      echo: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => answer(null, call.request),
    });
    this.#servers.push(server);
    const path = join(mkdtempSync(join(this.folder, "listener-")), "socket");
    const keys = { private_key: Buffer.from(identity.privateKey), cert_chain: Buffer.from(pem(identity)) };
    const credentials = ServerCredentials.createSsl(pluginCertificate, [keys], true);
    const target = network === "unix" ? `unix:${path}` : "127.0.0.1:0";
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    server.bindAsync(target, credentials, (error, port) => (error ? reject(error) : resolve(port)));
    const port = await promise;
    return network === "unix" ? path : `127.0.0.1:${port}`;
  }

  /** Names of what the plugin has in its temporary folder. */
  pluginFolders(): string[] {
    return readdirSync(this.folder).filter((name) => name.startsWith("plugin-"));
  }

  /** Gives up every connection to the plugin. */
  disconnect(): void {
    this.#broker?.cancel();
    for (const client of this.#clients) {
      client.close();
    }
    this.#clients.length = 0;
    for (const session of this.#sessions) {
      session.destroy();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disconnect();
    for (const server of this.#servers) {
      server.forceShutdown();
    }
    this.plugin.kill("SIGKILL");
    await this.exited;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The toy plugin's service with promises. */
export class Toy {
  readonly #client: Client & Record<string, Unary | undefined>;

  constructor(client: Client) {
    this.#client = client as Client & Record<string, Unary | undefined>;
  }

  start(method: string, request: string | Buffer): { cancel(): void; answer: Promise<Buffer> } {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const call = this.#client[method]?.(Buffer.from(request as string), (error, reply) => {
      error === null && reply !== undefined ? resolve(reply) : reject(error);
    });
    return { cancel: () => call?.cancel(), answer: promise };
  }

  async ask(method: string, request: string): Promise<string> {
    return (await this.start(method, request).answer).toString();
  }
}
