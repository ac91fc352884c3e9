import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { EmulatorCommands, Question, Reply } from "./emulator-commands.ts";

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (problem: Error) => void;
}

/** The emulated AWS, which runs in another process. */
export class Emulator {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #asked = 0;

  constructor() {
    this.#child = fork(join(import.meta.dirname, "emulator-process.ts"), {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child.on("message", ({ id, result, problem }: Reply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (problem === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(`the emulator: ${problem}`));
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once("exit", () => {
        for (const { reject } of this.#waiting.values()) reject(new Error("the emulator's process ended"));
        resolve();
      });
    });
  }

  ask<Name extends keyof EmulatorCommands>(
    name: Name,
    ...[argument]: Parameters<EmulatorCommands[Name]>
  ): Promise<ReturnType<EmulatorCommands[Name]>> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#asked += 1;
    this.#waiting.set(this.#asked, { resolve, reject });
    const question: Question = { id: this.#asked, name, argument };
    this.#child.send(question);
    return promise as Promise<ReturnType<EmulatorCommands[Name]>>;
  }

  async close(): Promise<void> {
    this.#child.disconnect();
    await this.#ended;
  }
}
