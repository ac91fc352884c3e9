import { UserError } from "./errors.ts";

/** The text of a template, and where in it something is wrong. */
export class TemplateSource {
  readonly text: string;
  readonly #name: string;

  constructor(text: string, name: string) {
    this.text = text;
    this.#name = name;
  }

  /** What is wrong at the index `at` of the text. Columns count characters. */
  error(at: number, cause: string): UserError {
    const before = this.text.slice(0, at);
    const lines = before.split("\n");
    const column = [...(lines.at(-1) ?? "")].length + 1;
    return new UserError(`${this.#name}: line ${lines.length}, column ${column}: ${cause}`);
  }
}
