import { abridge } from "./go-strconv.ts";
import { constantText, type Expression, fieldText, type TextExpression } from "./template-expression.ts";
import { templateFunctions } from "./template-functions.ts";
import { TemplateScanner, type Token } from "./template-scanner.ts";
import type { TemplateSource } from "./template-source.ts";

/** Deeper than any name needs, and far from the end of the stack. */
const deepest = 100;

const keywords: ReadonlySet<string> = new Set(
  "block break continue define else end false if nil range template true with".split(" "),
);

const functionNames = [...templateFunctions.keys()].join(", ");

type NameToken = Extract<Token, { kind: "name" | "field" }>;
/** The first word of a command may be a function that still needs its arguments. */
type Operand = { readonly function: NameToken } | { readonly expression: Expression };

/** What text/template/parse/parse.go reads, less what templates here do without; types are checked at once. */
export class TemplateParser {
  readonly #source: TemplateSource;
  readonly #fields: ReadonlySet<string>;
  readonly #scanner: TemplateScanner;
  #ahead: Token | undefined;
  #parentheses = 0;

  constructor(source: TemplateSource, fields: readonly string[]) {
    this.#source = source;
    this.#fields = new Set(fields);
    this.#scanner = new TemplateScanner(source);
  }

  /** The texts and actions of the template, in order. */
  parse(): readonly Expression[] {
    const parts: Expression[] = [];
    for (;;) {
      const token = this.#next();
      if (token.kind === "end") return parts;
      parts.push(token.kind === "text" ? constantText(token.at, token.value) : this.#pipeline("close", token));
    }
  }

  #peek(): Token {
    this.#ahead ??= this.#scanner.next();
    return this.#ahead;
  }

  #next(): Token {
    const token = this.#peek();
    this.#ahead = undefined;
    return token;
  }

  #peekAfterSpace(): Token {
    if (this.#peek().kind === "space") this.#next();
    return this.#peek();
  }

  #pipeline(end: "close" | ")", opened: Token): Expression {
    let value: Expression | undefined;
    for (;;) {
      const token = this.#peekAfterSpace();
      if (token.kind === end) {
        this.#next();
        if (value === undefined) throw this.#source.error(opened.at, "there is nothing between the brackets");
        return value;
      }
      value = this.#command(value);
    }
  }

  #command(piped: Expression | undefined): Expression {
    const { at } = this.#peek();
    const first = this.#operand();
    if (first === undefined) throw this.#unexpected(this.#peek());
    const values: Expression[] = [];
    for (;;) {
      const { kind } = this.#peek();
      if (kind === "space") {
        this.#peekAfterSpace();
        const operand = this.#operand();
        if (operand === undefined) continue;
        values.push("function" in operand ? this.#call(operand.function, []) : operand.expression);
      } else if (kind === "close" || kind === ")" || kind === "|") {
        if (kind === "|") this.#next();
        if (piped !== undefined) values.push(piped);
        if ("function" in first) return this.#call(first.function, values);
        if (piped !== undefined) throw this.#source.error(at, "only a function can stand behind |");
        if (values.length > 0) throw this.#source.error(at, "only a function can be given values");
        return first.expression;
      } else {
        throw this.#unexpected(this.#peek());
      }
    }
  }

  #operand(): Operand | undefined {
    const token = this.#peek();
    const operand = this.#term(token);
    if (operand === undefined) return undefined;
    const behind = this.#peek();
    if (behind.kind === "field") throw this.#source.error(behind.at, `a value has no field ${abridge(behind.value)}`);
    return operand;
  }

  #term(token: Token): Operand | undefined {
    switch (token.kind) {
      case "name":
        this.#next();
        if (keywords.has(token.value)) {
          throw this.#source.error(token.at, `"${token.value}" is not supported in templates`);
        }
        return { function: token };
      case "field":
        this.#next();
        return { expression: this.#field(token) };
      case "number":
        this.#next();
        return { expression: { kind: "integer", at: token.at, depth: 0, value: token.value } };
      case "quoted":
        this.#next();
        return { expression: constantText(token.at, token.value) };
      case "(":
        this.#next();
        return { expression: this.#inParentheses(token) };
      default:
        return undefined;
    }
  }

  #inParentheses(open: Token): Expression {
    this.#parentheses++;
    if (this.#parentheses > deepest) throw this.#tooDeep(open.at);
    const expression = this.#pipeline(")", open);
    this.#parentheses--;
    return expression;
  }

  #field({ value, at }: NameToken): TextExpression {
    const name = value.slice(1);
    if (this.#fields.has(name)) return fieldText(at, name);
    const known = [...this.#fields].map((field) => `.${field}`).join(", ");
    const what = name === "" ? "the dot alone is not supported" : `there is no field ${abridge(value)}`;
    throw this.#source.error(at, `${what}; there are ${known}`);
  }

  #call({ value: name, at }: NameToken, values: readonly Expression[]): TextExpression {
    const build = templateFunctions.get(name);
    if (build === undefined) {
      throw this.#source.error(at, `the function "${abridge(name)}" is not supported; there are ${functionNames}`);
    }
    const depth = 1 + Math.max(0, ...values.map((value) => value.depth));
    if (depth > deepest) throw this.#tooDeep(at);
    const { pieces, render } = build(values, (cause, where = at) => this.#source.error(where, cause));
    return {
      kind: "text",
      at,
      depth,
      pieces,
      render: (rendering) => {
        const bytes = render(rendering);
        rendering.spend(bytes.length);
        return bytes;
      },
    };
  }

  #tooDeep(at: number): Error {
    return this.#source.error(at, `functions and parentheses may be nested ${deepest} deep, and no deeper`);
  }

  #unexpected({ kind, at }: Token): Error {
    if (kind === "close") return this.#source.error(at, 'a "(" before this is not closed');
    const what = { "(": '"("', ")": '")"', "|": '"|"' }[kind as string] ?? "this";
    return this.#source.error(at, `${what} cannot stand here: a space, a value or a function is missing before it`);
  }
}
