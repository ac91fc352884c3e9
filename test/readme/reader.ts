import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseFileName, targetOf } from "../../scripts/building/target.ts";
import type { RealServer } from "../servers/real-server.ts";
import { runnableSteps } from "./documents.ts";
import { masked } from "./mask.ts";
import { type CommandResult, runInOneShell } from "./shell-session.ts";

/** What the documents' commands call things, and what these are on this machine. */
const writtenPluginDirectory = "/etc/vault.d/plugins";
const writtenTarget = "linux-amd64";

export interface Reading {
  /** Every command with what it printed, without what differs from run to run. */
  readonly seen: string;
  /** The same as the document has it. */
  readonly told: string;
  readonly exitCodes: readonly number[];
}

/** A person with a shell, an empty home and the server's command line as `vault`. */
export class Reader implements Disposable {
  readonly #server: RealServer;
  readonly #folder = mkdtempSync(join(tmpdir(), "reader-"));

  constructor(server: RealServer) {
    this.#server = server;
    for (const name of ["bin", "home", "downloads"]) mkdirSync(join(this.#folder, name));
    symlinkSync(server.commandLine, join(this.#folder, "bin/vault"));
  }

  /** An empty folder to work in. */
  get downloads(): string {
    return join(this.#folder, "downloads");
  }

  /** Types every command of a document, or of one section, one after the other. */
  async follow(document: string, cwd: string, section?: string): Promise<Reading> {
    const steps = runnableSteps(document, section);
    if (steps.length === 0) throw new Error(`${document} has no commands to run${section && ` under "${section}"`}`);
    const results = await runInOneShell(
      steps.map(({ command }) => this.#here(command)),
      { cwd, env: this.#environment },
    );
    const text = (command: string, output: string) => `$ ${command}\n${masked(output)}`;
    return {
      seen: steps.map(({ command }, index) => text(command, results[index]?.output ?? "")).join("\n"),
      told: steps.map(({ command, output }) => text(command, output.map(thisTarget).join("\n"))).join("\n"),
      exitCodes: results.map(({ exitCode }) => exitCode),
    };
  }

  /** Types one command. */
  async type(command: string, cwd: string): Promise<CommandResult> {
    const [result] = await runInOneShell([this.#here(command)], { cwd, env: this.#environment });
    return result ?? { exitCode: -1, output: "" };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }

  #here(command: string): string {
    return thisTarget(command.replaceAll(writtenPluginDirectory, this.#server.pluginDirectory));
  }

  get #environment(): Readonly<Record<string, string>> {
    const { address, rootToken } = this.#server;
    const env = { PATH: `${this.#folder}/bin:${process.env.PATH}`, HOME: join(this.#folder, "home") };
    return { ...env, VAULT_ADDR: address, BAO_ADDR: address, VAULT_TOKEN: rootToken, BAO_TOKEN: rootToken };
  }
}

function thisTarget(text: string): string {
  return text.replaceAll(`-${writtenTarget}`, releaseFileName("", targetOf(process)));
}
