/** A plugin's process, from its start to its end, as go-plugin's client.go runs it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Channel, ChannelCredentials, type Client, Metadata, ServerCredentials } from "@grpc/grpc-js";
import type { ClientConstructor } from "../../src/go-plugin/broker-connection.ts";
import { channelOptions } from "../../src/go-plugin/channel-options.ts";
import { GRPCBrokerClient } from "../../src/go-plugin/gen/broker.ts";
import { GRPCControllerClient } from "../../src/go-plugin/gen/controller.ts";
import { type Identity, selfSignedCertificate } from "../../src/go-plugin/self-signed-certificate.ts";
import { PluginMultiplexingClient } from "../../src/vault-wire/gen/multiplexing.ts";
import { BrokerHost } from "./broker-host.ts";
import {
  hostEnvironment,
  PluginFailure,
  PluginRefusal,
  type ProtocolVersion,
  pem,
  readHandshake,
} from "./handshake-host.ts";
import { readLines } from "./lines.ts";
import type { Log } from "./log.ts";
import { logPluginLine } from "./plugin-log.ts";
import { callUnary } from "./unary-call.ts";

export interface PluginCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** What was registered with the plugin; it comes over the server's own environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface PluginHost {
  /** The server's own environment, which plugins inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The version of Vault it claims to be. */
  readonly version: string;
  readonly log: Log;
  /** For plugins of protocol 4: keeps a key and its certificate for one reader, and returns the token to read them by. */
  readonly wrapIdentity: (identity: Identity) => string;
  /** How long a plugin may take to its first line, in milliseconds. */
  readonly startTimeout: number;
}

/** go-plugin client.go: Kill. */
const shutdownTime = 2_000;
/** Calls of the process protocol itself; a plugin that does not answer them in this time hangs. */
const protocolTime = 10_000;
const keptErrorLines = 20;
const longestSocketFolder = 80;

export class PluginProcess {
  readonly protocol: ProtocolVersion;
  /** Resolves, with how it ended, when the process is gone and its output read. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(folderForSockets(), "dev-"));
  readonly #identity = selfSignedCertificate(new Date(), "P-521");
  readonly #errorLines: string[] = [];
  readonly #firstLine = Promise.withResolvers<string>();
  readonly #halfLine: () => string;
  readonly #name: string;
  #hasExited = false;
  #multiplexed = false;
  #channel: Channel | undefined;
  #broker: BrokerHost | undefined;

  private constructor(command: PluginCommand, protocol: ProtocolVersion, host: PluginHost) {
    this.protocol = protocol;
    this.#name = basename(command.file);
    const given = hostEnvironment({
      protocol,
      identity: this.#identity,
      version: host.version,
      unwrapToken: protocol === 4 ? host.wrapIdentity(this.#identity) : undefined,
    });
    const env = { ...host.environment, ...command.env, ...given };
    this.#child = spawn(command.file, command.args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const log: Log = (level, message, fields) => host.log(level, `${this.#name}: ${message}`, fields);
    this.#halfLine = readLines(this.#child.stdout, (line) => this.#firstLine.resolve(line));
    readLines(this.#child.stderr, (line) => {
      this.#errorLines.push(line);
      if (this.#errorLines.length > keptErrorLines) this.#errorLines.shift();
      logPluginLine(log, line);
    });
    this.exited = this.#watchExit();
    this.#firstLine.promise.catch(() => undefined);
  }

  /**
   * Starts the plugin and connects to it.
   * @throws PluginFailure
   */
  static async start(command: PluginCommand, host: PluginHost): Promise<PluginProcess> {
    try {
      return await PluginProcess.#startAs(5, command, host);
    } catch (first) {
      if (!(first instanceof PluginRefusal)) throw first;
      try {
        return await PluginProcess.#startAs(4, command, host);
      } catch {
        // The failure in the protocol of today is the one that tells the author something.
        throw first;
      }
    }
  }

  static async #startAs(protocol: ProtocolVersion, command: PluginCommand, host: PluginHost): Promise<PluginProcess> {
    const plugin = new PluginProcess(command, protocol, host);
    try {
      await plugin.#connect(host.startTimeout);
    } catch (error) {
      plugin.kill();
      await plugin.exited;
      throw error;
    }
    host.log("info", "plugin started", { plugin: plugin.#name, pid: plugin.pid, protocol });
    return plugin;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** Whether one process may hold many backends, told apart by an id in every call. */
  get multiplexed(): boolean {
    return this.#multiplexed;
  }

  get broker(): BrokerHost {
    if (this.#broker === undefined) throw new Error("the plugin is not connected");
    return this.#broker;
  }

  /** A client of one of the plugin's services. All share one connection, which ends with the process. */
  client<C extends Client>(clientClass: ClientConstructor<C>): C {
    if (this.#channel === undefined) throw new Error("the plugin is not connected");
    // The channel has the credentials; these are there for the constructor's type.
    return new clientClass("", ChannelCredentials.createInsecure(), { channelOverride: this.#channel });
  }

  /** Asks the process to end and, after two seconds, ends it. */
  async stop(): Promise<void> {
    if (this.#channel !== undefined && !this.#hasExited) {
      this.#broker?.close();
      const controller = this.client(GRPCControllerClient);
      const shutdown = callUnary(controller.shutdown.bind(controller), {}, new Metadata(), { timeout: shutdownTime });
      await Promise.race([shutdown.catch(() => undefined), this.exited]);
    }
    const impatience = setTimeout(() => this.kill(), shutdownTime);
    await this.exited;
    clearTimeout(impatience);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async #connect(startTimeout: number): Promise<void> {
    const handshake = readHandshake(await this.#handshakeLine(startTimeout), this.protocol);
    const own = {
      key: Buffer.from(this.#identity.privateKey),
      certificate: Buffer.from(pem(this.#identity.certificate)),
    };
    // In protocol 4 both sides use the one certificate that the plugin was handed (sdk/helper/pluginutil/tls.go).
    const pluginCertificate =
      handshake.certificate === undefined ? own.certificate : Buffer.from(handshake.certificate);
    this.#channel = new Channel(
      handshake.target,
      ChannelCredentials.createSsl(pluginCertificate, own.key, own.certificate),
      channelOptions,
    );
    const credentials = ServerCredentials.createSsl(
      pluginCertificate,
      [{ private_key: own.key, cert_chain: own.certificate }],
      true,
    );
    this.#broker = new BrokerHost(this.client(GRPCBrokerClient).startStream(), this.#folder, credentials);
    this.#multiplexed = this.protocol === 5 && (await this.#supportsMultiplexing());
  }

  async #supportsMultiplexing(): Promise<boolean> {
    const client = this.client(PluginMultiplexingClient);
    const method = client.multiplexingSupport.bind(client);
    try {
      return (await callUnary(method, {}, new Metadata(), { timeout: protocolTime })).supported;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === 12) return false;
      const reason = error instanceof Error ? error.message : String(error);
      throw new PluginFailure(`the plugin ${this.#name} printed its handshake but cannot be reached: ${reason}`, {
        cause: error,
      });
    }
  }

  async #handshakeLine(startTimeout: number): Promise<string> {
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const seconds = startTimeout / 1000;
    const timer = setTimeout(() => {
      reject(new PluginFailure(`the plugin ${this.#name} printed no whole handshake line within ${seconds} s`));
    }, startTimeout);
    try {
      return await Promise.race([this.#firstLine.promise, tooLate, this.#endBeforeHandshake()]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #endBeforeHandshake(): Promise<never> {
    const end = await this.exited;
    const half = this.#halfLine();
    const last = this.#errorLines
      .map(plainText)
      .filter((line) => line !== "")
      .at(-1);
    const when = half === "" ? "before its handshake" : `in the middle of its handshake line ${JSON.stringify(half)}`;
    const said = last === undefined ? "" : `; the last it wrote to stderr: ${last}`;
    throw new PluginRefusal(`the plugin ${this.#name} ended ${when} (${end})${said}`);
  }

  #watchExit(): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const ended = (how: string): void => {
      this.#hasExited = true;
      this.#broker?.close();
      this.#channel?.close();
      rmSync(this.#folder, { recursive: true, force: true });
      resolve(how);
    };
    this.#child.once("error", (error) => {
      this.#firstLine.reject(new PluginFailure(`the plugin ${this.#name} cannot be started: ${error.message}`));
      ended(error.message);
    });
    this.#child.once("close", (code, signal) => ended(signal === null ? `exit code ${code}` : `signal ${signal}`));
    return promise;
  }
}

/** The path of a socket has about a hundred bytes in all. */
function folderForSockets(): string {
  const usual = tmpdir();
  return Buffer.byteLength(usual) > longestSocketFolder ? "/tmp" : usual;
}

/** The message of a structured log line; any other line as it is. */
function plainText(line: string): string {
  try {
    const { "@message": message } = JSON.parse(line);
    return typeof message === "string" ? message : line;
  } catch {
    return line.trim();
  }
}
