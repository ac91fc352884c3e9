import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findServerOrClient } from "./find-server.ts";
import { freePort } from "./free-port.ts";
import { type HttpAnswer, httpJson } from "./http.ts";
import { noteSecrets } from "./known-secrets.ts";
import { runCommand } from "./run-command.ts";
import { serverCommand } from "./server-command.ts";
import { ServerFolder } from "./server-folder.ts";
import { type ServerKind, titleOf } from "./server-kinds.ts";
import type { CliOptions, CliResult, PluginRegistration, ServerOptions } from "./server-options.ts";
import { ServerProcess, waitForEnd } from "./server-process.ts";

// What sys/health answers: http/sys_health.go. OpenBao's standbys that serve reads say 473.
const active = 200;
const standby = [429, 473];

/**
 * A Vault or OpenBao server of its own: a single node with a configuration file, initialised and unsealed, in a temporary folder,
 * on a free port of the loopback. Its log level is trace, its audit log on, raw storage (`sys/raw`) open. Or our dev server, which is
 * all that from its start, but for the audit log.
 */
export class RealServer {
  readonly kind: ServerKind;
  readonly #file: string;
  readonly #options: ServerOptions;
  readonly #folder = new ServerFolder();
  #process: ServerProcess | undefined;
  /** Plugins of a killed server, which may not have noticed. */
  readonly #orphans: number[] = [];
  #stopped = false;
  #address = "";
  #ports: readonly [number, number] | undefined;
  #rootToken = "";
  #unsealKey = "";

  /** Use {@link startServer}. */
  constructor(kind: ServerKind, file: string, options: ServerOptions) {
    this.kind = kind;
    this.#file = file;
    this.#options = options;
  }

  get title(): string {
    return titleOf(this.kind);
  }

  /** `http://127.0.0.1:<port>`. A restart changes it only when the port was taken meanwhile. */
  get address(): string {
    return this.#address;
  }

  get rootToken(): string {
    return this.#rootToken;
  }

  get isRunning(): boolean {
    return this.#process?.isRunning === true;
  }

  get pid(): number {
    return this.#running().pid;
  }

  /** The server's own command line. */
  get commandLine(): string {
    return this.#file;
  }

  get pluginDirectory(): string {
    return this.#folder.plugins;
  }

  async start(): Promise<void> {
    await this.#spawn();
    if (this.kind === "dev-server") {
      this.#rootToken = "root";
      this.#unsealKey = "any will do";
      return;
    }
    if (this.#options.node?.joins !== undefined) return this.#join(this.#options.node.joins);
    const { body } = await this.#call<{ keys: string[]; root_token: string }>("PUT", "sys/init", {
      secret_shares: 1,
      secret_threshold: 1,
    });
    this.#unsealKey = body.keys[0] ?? "";
    this.#rootToken = body.root_token;
    await this.unseal();
    await this.#audit();
  }

  async #audit(): Promise<void> {
    const options = { file_path: this.#folder.auditLog };
    for (let tries = 100; ; tries -= 1) {
      const { status, body } = await this.http("PUT", "sys/audit/file", { type: "file", options });
      if (status < 300) return;
      // OpenBao on raft calls itself active a moment before it may write.
      if (tries === 0) throw new Error(`${this.title}: no audit log: ${JSON.stringify(body)}`);
      await sleep(50);
    }
  }

  async #join(member: RealServer): Promise<void> {
    this.#unsealKey = member.#unsealKey;
    await this.#call("PUT", "sys/storage/raft/join", { leader_api_addr: member.address });
    await this.unseal();
    this.#rootToken = member.#rootToken;
  }

  /** The HTTP API: `path` without `/v1/`. `LIST` is a method. It never throws for a status; the root token is sent unless a header says otherwise. */
  async http<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer<Body>> {
    noteSecrets(body);
    const url = `${this.#address}/v1/${path}${method === "LIST" ? "?list=true" : ""}`;
    const token: Record<string, string> = this.#rootToken === "" ? {} : { "x-vault-token": this.#rootToken };
    const verb = method === "LIST" ? "GET" : method;
    const answer = await httpJson<Body>({ method: verb, url, body, headers: { ...token, ...headers } });
    noteSecrets(answer.body);
    return answer;
  }

  /** Runs the server's own command line: `cli(["read", "cognito/creds/app"])`. Throws when it fails, unless `mayFail`. */
  async cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    const settings = {
      ADDR: this.#address,
      TOKEN: options.token ?? this.#rootToken,
      NAMESPACE: options.namespace ?? "",
    };
    const env = this.#environment(options.env);
    for (const [name, value] of Object.entries(settings)) {
      if (value !== "") env[`VAULT_${name}`] = env[`BAO_${name}`] = value;
    }
    return runCommand(this.#file, args, env, options);
  }

  /** {@link cli} with `-format=json`; the parsed answer. */
  async cliJson<Answer = unknown>(args: readonly string[], options: CliOptions = {}): Promise<Answer> {
    const env = { ...options.env, VAULT_FORMAT: "json", BAO_FORMAT: "json" };
    return JSON.parse((await this.cli(args, { ...options, env })).stdout);
  }

  /** Copies an executable into the plugin directory, as `command`, without registering it. A file of that name is replaced. */
  async placePlugin(file: string, command: string = basename(file)): Promise<{ readonly sha256: string }> {
    return this.#folder.placePlugin(file, command);
  }

  /** Copies the executable into the plugin directory and registers it as a secrets engine. */
  async registerPlugin(plugin: PluginRegistration): Promise<{ readonly sha256: string }> {
    const command = plugin.command ?? basename(plugin.file);
    const { sha256 } = await this.placePlugin(plugin.file, command);
    await this.#call("PUT", `sys/plugins/catalog/secret/${plugin.name}`, {
      sha256,
      command,
      args: plugin.args ?? [],
      env: Object.entries(plugin.env ?? {}).map(([name, value]) => `${name}=${value}`),
      version: plugin.version ?? "",
    });
    return { sha256 };
  }

  /** Mounts a secrets engine; `settings` are further fields of the request, such as `config`. */
  async enable(path: string, type: string, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.#call("POST", `sys/mounts/${path}`, { type, ...settings });
  }

  async seal(): Promise<void> {
    await this.#call("PUT", "sys/seal");
  }

  /** Unseals; resolves when the server is active, its mounts included. A node of a cluster may become a standby instead. */
  async unseal(): Promise<void> {
    await this.#call("PUT", "sys/unseal", { key: this.#unsealKey });
    await this.#until(this.#options.node === undefined ? [active] : [active, ...standby]);
  }

  /** Ends the server, if it still runs, and starts it again on the same storage, unsealed. */
  async restart(): Promise<void> {
    if (this.kind === "dev-server") throw new Error("the dev server keeps nothing for a restart");
    if (this.#process?.isRunning === true) await this.#end(this.#process);
    await this.#spawn();
    await this.unseal();
  }

  /** Kills the server as a crash would. Its plugins are on their own. */
  async kill9(): Promise<void> {
    this.#orphans.push(...this.pluginPids());
    await this.#running().kill9();
  }

  /** The server's plugin processes. */
  pluginPids(): number[] {
    return this.#running().children();
  }

  /** Everything the server and its plugins logged, in JSON lines after a few lines of greeting. */
  logText(): string {
    return this.#folder.logText();
  }

  /** What was audited; the dev server audits nothing. */
  auditText(): string {
    return this.kind === "dev-server" ? "" : this.#folder.auditText();
  }

  /** The secrets this process knows of that stand in the log, error texts included, or in the audit log. */
  secretsWritten(): number {
    return this.#folder.secretsWritten();
  }

  /** Ends the server and its plugins and removes its folder. Throws when any secret was written down, unless the options expect it. */
  async stop(): Promise<void> {
    if (this.#process?.isRunning === true) await this.#end(this.#process);
    await waitForEnd(this.#orphans, 500);
    const written = this.#stopped || this.#options.mayWriteSecrets === true ? 0 : this.secretsWritten();
    this.#stopped = true;
    this.#folder.remove();
    if (written > 0) throw new Error(`${written} secrets stand in the log or the audit log of ${this.title}`);
  }

  #running(): ServerProcess {
    if (this.#process?.isRunning !== true) throw new Error(`${this.title} is not running`);
    return this.#process;
  }

  #environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { PATH: process.env.PATH ?? "", HOME: this.#folder.home, TMPDIR: this.#folder.tmp, ...more };
  }

  async #end(server: ServerProcess): Promise<void> {
    const plugins = server.children();
    await server.end();
    await waitForEnd(plugins, 5000);
  }

  /** Another process may take a free port before the server does: then the next try has another. */
  async #spawn(): Promise<void> {
    for (let tries = 5; ; tries -= 1) {
      // A node of a cluster is known to the others by its ports.
      const [port, clusterPort] = this.#ports ?? [await freePort(), await freePort()];
      this.#address = `http://127.0.0.1:${port}`;
      const place = { folder: this.#folder.path, port, clusterPort };
      const command = serverCommand(this.kind, this.#file, this.#options, place);
      const before = this.logText().length;
      const said = () => this.logText().slice(before);
      const env = this.#environment(this.#options.env);
      this.#process = new ServerProcess(command.file, command.args, this.#folder.log, env);
      // An answer on the port alone could be another server's.
      if (await this.#process.comesTo(() => said().includes(command.ready))) {
        this.#ports = [port, clusterPort];
        return;
      }
      this.#ports = undefined;
      if (tries === 1 || !said().includes(command.portTaken)) {
        throw new Error(`${this.title} did not start:\n${said()}`);
      }
    }
  }

  async #until(statuses: readonly number[]): Promise<void> {
    const deadline = performance.now() + 30_000;
    let seen = 0;
    while (performance.now() < deadline) {
      seen = (await this.http("GET", "sys/health")).status;
      if (statuses.includes(seen)) return;
      await sleep(20);
    }
    throw new Error(`${this.title} is not ready after 30 s: sys/health answers ${seen}`);
  }

  async #call<Body>(method: string, path: string, body?: unknown): Promise<HttpAnswer<Body>> {
    const answer = await this.http<Body>(method, path, body);
    if (answer.status >= 400) {
      throw new Error(`${this.title}: ${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer;
  }
}

/** Starts a server; it is ready for use. Throws, with the reason, when there is no executable of it. */
export async function startServer(kind: ServerKind, options: ServerOptions = {}): Promise<RealServer> {
  const found = await findServerOrClient(kind, {
    root: join(import.meta.dirname, "../.."),
    env: process.env,
    mayBuild: false,
    write: (line) => console.log(line),
  });
  if (found.file === undefined) throw new Error(found.missing);
  const server = new RealServer(kind, found.file, options);
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
