/** The part of HCL in which password policies are written: `length = 20` and blocks `rule "charset" { charset = "…" min-chars = 1 }`. */
import { ApiError } from "./api-error.ts";

export interface CharsetRule {
  readonly charset: string;
  readonly minChars: number;
}

export interface PasswordPolicy {
  readonly length: number;
  readonly rules: readonly CharsetRule[];
}

/** helper/random: shorter passwords are refused. */
const shortest = 4;
const longest = 100;

const token = /\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"\\\n]|\\.)*)"|([\w-]+)|([={}])/y;

/** @throws ApiError that says what is wrong with the policy */
export function parsePasswordPolicy(text: string): PasswordPolicy {
  const tokens = tokensOf(text);
  let length: number | undefined;
  const rules: CharsetRule[] = [];
  while (tokens.length > 0) {
    const name = tokens.shift();
    if (name === "length") {
      expect(tokens, "=");
      length = wholeNumber(tokens.shift(), "length");
    } else if (name === "rule") {
      const kind = unquote(tokens.shift() ?? "");
      if (kind !== "charset") throw invalid(`the rule "${kind}" is unknown; there is only "charset"`);
      rules.push(readRule(tokens));
    } else {
      throw invalid(`${name} is neither length nor a rule`);
    }
  }
  if (length === undefined) throw invalid("length is missing");
  if (length < shortest || length > longest) throw invalid(`length must be ${shortest} to ${longest}`);
  if (rules.length === 0) throw invalid("it has no rule");
  const needed = rules.reduce((sum, { minChars }) => sum + minChars, 0);
  if (needed > length) throw invalid("its rules need more characters than length has");
  return { length, rules };
}

function readRule(tokens: string[]): CharsetRule {
  let charset = "";
  let minChars = 0;
  expect(tokens, "{");
  for (let name = tokens.shift(); name !== "}"; name = tokens.shift()) {
    if (name === undefined) throw invalid("a rule has no end: } is missing");
    expect(tokens, "=");
    const value = tokens.shift() ?? "";
    if (name === "charset") charset = unquote(value);
    else if (name === "min-chars") minChars = wholeNumber(value, "min-chars");
    else throw invalid(`a charset rule has no ${name}`);
  }
  if (charset === "") throw invalid("a charset rule needs a charset");
  return { charset, minChars };
}

/** Texts keep their quotes, which tells them from names. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (found === null) throw invalid(`it cannot be read from character ${at + 1} on`);
    if (/^["\w={}-]/.test(found[0])) tokens.push(found[0]);
  }
  return tokens;
}

function unquote(text: string): string {
  if (!text.startsWith('"')) throw invalid("a text must stand in double quotes");
  return text.slice(1, -1).replace(/\\(.)/g, "$1");
}

function wholeNumber(text: string | undefined, name: string): number {
  if (text === undefined || !/^\d{1,6}$/.test(text)) throw invalid(`${name} must be a whole number`);
  return Number(text);
}

function expect(tokens: string[], wanted: string): void {
  if (tokens.shift() !== wanted) throw invalid(`${wanted} is missing`);
}

function invalid(reason: string): ApiError {
  return new ApiError(400, `invalid password policy: ${reason}`);
}
