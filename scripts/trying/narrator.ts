/** Tells a story on a terminal, step by step: the command that a step stands for, what it answered, and how long it took. */
export interface NarratorOptions {
  readonly write: (text: string) => void;
  /** Colour, and a clock that counts in place, are for terminals only. */
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
}

export interface Step<Result> {
  readonly title: string;
  /** As one would type it; a folded command has several lines. */
  readonly command?: string;
  readonly act: () => Promise<Result>;
  /** What of the result is worth seeing, in lines. */
  readonly answer: (result: Result) => readonly string[];
}

const width = 100;
/** A step that takes longer shows that it goes on. */
const patience = 1_000;
const reminderOffTerminal = 5_000;

export class Narrator {
  readonly #options: NarratorOptions;
  #steps = 0;

  constructor(options: NarratorOptions) {
    this.#options = options;
  }

  say(text: string): void {
    this.#options.write(`${text}\n`);
  }

  heading(text: string): void {
    this.say(this.#bold(text));
  }

  async step<Result>({ title, command, act, answer }: Step<Result>): Promise<Result> {
    this.#steps += 1;
    this.say(`\n${this.#cyan(String(this.#steps).padStart(2))}  ${this.#bold(title)}`);
    if (command !== undefined) this.say(this.#cyan(command.replace(/^/gm, "      ").replace(/^ {6}/, "    $ ")));
    const started = performance.now();
    const result = await this.#withProgress(act);
    const time = seconds(performance.now() - started);
    const [first = "done", ...rest] = answer(result);
    const room = width - 4 - time.length;
    this.say(`    ${cut(first, room - 2).padEnd(room)}${this.#dim(time)}`);
    for (const line of rest) this.say(`    ${line}`);
    return result;
  }

  async #withProgress<Result>(act: () => Promise<Result>): Promise<Result> {
    const { write, isTerminal } = this.#options;
    const started = performance.now();
    const show = (): void => {
      const passed = Math.round((performance.now() - started) / 1000);
      write(isTerminal ? `\r    ${this.#dim(`… ${passed} s`)}` : `    … ${passed} s\n`);
    };
    let later: ReturnType<typeof setInterval> | undefined;
    const first = setTimeout(() => {
      show();
      later = setInterval(show, isTerminal ? patience : reminderOffTerminal);
    }, patience);
    try {
      return await act();
    } finally {
      clearTimeout(first);
      clearInterval(later);
      if (isTerminal && later !== undefined) write(`\r${" ".repeat(20)}\r`);
    }
  }

  #bold(text: string): string {
    return this.#paint(text, 1);
  }

  #dim(text: string): string {
    return this.#paint(text, 2);
  }

  #cyan(text: string): string {
    return this.#paint(text, 36);
  }

  #paint(text: string, code: number): string {
    return this.#options.hasColour ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 0)} s`;
}

/** Names and values in two columns; long values are cut. */
export function table(fields: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(fields);
  const column = Math.max(...names.map((name) => name.length)) + 3;
  return Object.entries(fields).map(([name, value]) => `${name.padEnd(column)}${cut(text(value), width - 4 - column)}`);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function cut(value: string, longest: number): string {
  return value.length <= longest ? value : `${value.slice(0, longest - 1)}…`;
}
