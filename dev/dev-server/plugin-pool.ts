/**
 * The running plugin processes. One that multiplexes serves all mounts of the same registration; any other serves one mount
 * (vault/plugincatalog/plugin_catalog.go: newPluginClient).
 */
import { type PluginCommand, type PluginHost, PluginProcess } from "./plugin-process.ts";

interface Use {
  readonly key: string;
  backends: number;
}

export class PluginPool {
  readonly #host: PluginHost;
  readonly #shared = new Map<string, Promise<PluginProcess>>();
  readonly #uses = new Map<PluginProcess, Use>();
  readonly #ending = new Set<PluginProcess>();

  constructor(host: PluginHost) {
    this.#host = host;
  }

  /**
   * A process for one more backend. `key` tells registrations apart.
   * @throws PluginFailure
   */
  async acquire(key: string, command: PluginCommand): Promise<PluginProcess> {
    const known = this.#shared.get(key);
    if (known === undefined) return this.#use(key, await this.#startShared(key, command));
    const process = await known;
    if (!process.multiplexed) return this.#use(key, await PluginProcess.start(command, this.#host));
    if (!process.hasExited && !this.#ending.has(process)) return this.#use(key, process);
    if (this.#shared.get(key) === known) this.#shared.delete(key);
    return this.acquire(key, command);
  }

  /** The backend is done with the process; the last one ends it. */
  async release(process: PluginProcess): Promise<void> {
    const use = this.#uses.get(process);
    if (use !== undefined) use.backends -= 1;
    if (use === undefined || use.backends <= 0) await this.end(process);
  }

  /** Ends the process, whoever uses it. */
  async end(process: PluginProcess): Promise<void> {
    this.#ending.add(process);
    await process.stop();
    await this.#forget(process);
  }

  /** Ends every process, those that are starting too. */
  async endAll(): Promise<void> {
    await Promise.allSettled(this.#shared.values());
    await Promise.all([...this.#uses.keys()].map((process) => this.end(process)));
  }

  /** Ends every process at once, without good-bye. */
  killAll(): void {
    for (const process of this.#uses.keys()) process.kill();
  }

  #startShared(key: string, command: PluginCommand): Promise<PluginProcess> {
    const starting = PluginProcess.start(command, this.#host);
    this.#shared.set(key, starting);
    starting.catch(() => {
      if (this.#shared.get(key) === starting) this.#shared.delete(key);
    });
    return starting;
  }

  #use(key: string, process: PluginProcess): PluginProcess {
    const use = this.#uses.get(process) ?? { key, backends: 0 };
    use.backends += 1;
    this.#uses.set(process, use);
    return process;
  }

  async #forget(process: PluginProcess): Promise<void> {
    const key = this.#uses.get(process)?.key;
    this.#uses.delete(process);
    this.#ending.delete(process);
    if (key === undefined) return;
    const shared = this.#shared.get(key);
    const holder = await shared?.catch(() => undefined);
    if (holder === process && this.#shared.get(key) === shared) this.#shared.delete(key);
  }
}
