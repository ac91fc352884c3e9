import { abridge, parseInt64 } from "./go-strconv.ts";
import { type Bytes, encodeText } from "./template-bytes.ts";
import { readQuoted, readRaw } from "./template-literal.ts";
import type { TemplateSource } from "./template-source.ts";

export type Token = { readonly at: number } & (
  | { readonly kind: "text" | "quoted"; readonly value: Bytes }
  | { readonly kind: "number"; readonly value: bigint }
  | { readonly kind: "name" | "field"; readonly value: string }
  | { readonly kind: "open" | "close" | "space" | "(" | ")" | "|" | "end" }
);

const closing = /(?:[ \t\r\n]+-)?\}\}/y;
const spaces = /[ \t\r\n]+/y;
const name = /[\p{L}\p{Nd}_]+/uy;
const field = /\.[\p{L}\p{Nd}_]*/uy;
/** Whatever begins like a number, to its end: what is none is refused whole. */
const number = /(?:[0-9]|[+-]|\.[0-9])[\p{L}\p{Nd}_.]*(?:[+-][\p{L}\p{Nd}_.]*)?/uy;
const quoted = /"((?:[^"\\\n]|\\[^\n])*)"/uy;
const raw = /`([^`]*)`/y;
const character = /./suy;
/** What may follow a name or a field (text/template/parse/lex.go atTerminator). */
const terminator = /[ \t\r\n.,|:()]|\}\}|$/y;

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}

/**
 * The tokens of a template, by the rules of Go's text/template/parse/lex.go. Takes time in proportion to the text, and
 * throws at the first thing that no supported template holds.
 */
export class TemplateScanner {
  readonly #source: TemplateSource;
  readonly #text: string;
  #at = 0;
  #insideAction = false;
  #trimsNext = false;

  constructor(source: TemplateSource) {
    this.#source = source;
    this.#text = source.text;
  }

  next(): Token {
    return this.#insideAction ? this.#nextInAction() : this.#nextOutside();
  }

  #nextOutside(): Token {
    for (;;) {
      const found = this.#text.indexOf("{{", this.#at);
      const end = found === -1 ? this.#text.length : found;
      const trims = this.#hasTrimMarker(end + 2);
      const text = this.#textBetween(this.#at, end, found !== -1 && trims);
      if (text !== undefined) {
        this.#at = end;
        this.#trimsNext = false;
        return text;
      }
      if (found === -1) return { kind: "end", at: end };
      const inside = found + (trims ? 4 : 2);
      if (!this.#text.startsWith("/*", inside)) {
        this.#at = inside;
        this.#insideAction = true;
        return { kind: "open", at: found };
      }
      this.#skipComment(found, inside);
    }
  }

  #hasTrimMarker(at: number): boolean {
    return this.#text[at] === "-" && isSpace(this.#text.charCodeAt(at + 1));
  }

  #textBetween(from: number, to: number, trimsEnd: boolean): Token | undefined {
    let start = from;
    let end = to;
    if (this.#trimsNext) while (start < end && isSpace(this.#text.charCodeAt(start))) start++;
    if (trimsEnd) while (end > start && isSpace(this.#text.charCodeAt(end - 1))) end--;
    return start === end ? undefined : { kind: "text", at: start, value: encodeText(this.#text.slice(start, end)) };
  }

  #skipComment(open: number, inside: number): void {
    const end = this.#text.indexOf("*/", inside + 2);
    if (end === -1) throw this.#source.error(open, 'the comment has no end: "*/}}" is missing');
    const close = this.#match(closing, end + 2);
    if (close === undefined) throw this.#source.error(end, 'the comment must end with "*/}}" or "*/ -}}"');
    this.#at = end + 2 + close[0].length;
    this.#trimsNext = close[0] !== "}}";
  }

  #match(pattern: RegExp, at: number): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.#text) ?? undefined;
  }

  #nextInAction(): Token {
    const at = this.#at;
    const close = this.#match(closing, at);
    if (close !== undefined) {
      this.#insideAction = false;
      this.#trimsNext = close[0] !== "}}";
      return this.#take({ kind: "close", at }, close);
    }
    const space = this.#match(spaces, at);
    if (space !== undefined) {
      // The last space belongs to a trim marker that may follow.
      const length = this.#text.startsWith("-}}", at + space[0].length) ? space[0].length - 1 : space[0].length;
      this.#at = at + length;
      return { kind: "space", at };
    }
    const sign = this.#text[at];
    if (sign === "(" || sign === ")" || sign === "|") {
      this.#at = at + 1;
      return { kind: sign, at };
    }
    return this.#number(at) ?? this.#quoted(at) ?? this.#word(at) ?? this.#refuse(at);
  }

  #take(token: Token, { 0: all }: RegExpExecArray): Token {
    this.#at = token.at + all.length;
    return token;
  }

  #number(at: number): Token | undefined {
    const match = this.#match(number, at);
    if (match === undefined) return undefined;
    const parsed = parseInt64(match[0], { prefixes: true });
    if ("value" in parsed) return this.#take({ kind: "number", at, value: parsed.value }, match);
    throw this.#source.error(at, `"${abridge(match[0])}" is not a whole number of 64 bits`);
  }

  #quoted(at: number): Token | undefined {
    const rawMatch = this.#match(raw, at);
    if (rawMatch !== undefined) return this.#take({ kind: "quoted", at, value: readRaw(rawMatch[1] ?? "") }, rawMatch);
    const match = this.#match(quoted, at);
    if (match === undefined) return undefined;
    const read = readQuoted(match[1] ?? "");
    if ("value" in read) return this.#take({ kind: "quoted", at, value: read.value }, match);
    throw this.#source.error(at + 1 + read.at, `the quoted text holds the unknown escape ${read.unknown}`);
  }

  #word(at: number): Token | undefined {
    const nameMatch = this.#match(name, at);
    const match = nameMatch ?? this.#match(field, at);
    if (match === undefined) return undefined;
    const [value] = match;
    const token: Token = { kind: nameMatch === undefined ? "field" : "name", at, value };
    const end = at + value.length;
    if (this.#match(terminator, end) !== undefined) return this.#take(token, match);
    throw this.#source.error(end, `${this.#describe(end)} cannot follow ${abridge(value)}`);
  }

  #describe(at: number): string {
    const [found = ""] = this.#match(character, at) ?? [];
    return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(found)
      ? found
      : `the character U+${(found.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, "0")}`;
  }

  #refuse(at: number): never {
    const sign = this.#text[at];
    if (sign === undefined) throw this.#source.error(at, 'an action has no end: "}}" is missing');
    if (sign === '"') throw this.#source.error(at, "the quoted text has no end on its line");
    if (sign === "`") throw this.#source.error(at, "the text in backquotes has no end");
    if (sign === "$") throw this.#source.error(at, "variables ($) are not supported in templates");
    if (sign === "'") throw this.#source.error(at, "characters in '…' are not supported in templates: use \"…\"");
    throw this.#source.error(at, `${this.#describe(at)} has no meaning here`);
  }
}
