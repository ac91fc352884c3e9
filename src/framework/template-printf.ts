import { abridge } from "./go-strconv.ts";
import { type Bytes, countCharacters, decodeText, firstCharacters } from "./template-bytes.ts";
import { constantPiece, encoded, type Pieces, padded, truncated } from "./template-certainty.ts";
import type { Expression, IntegerExpression, Rendering, TextExpression } from "./template-expression.ts";

/** One verb of a format: %, flags, width, precision and the letter. */
interface Verb {
  readonly text: string;
  readonly letter: string;
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

interface Part {
  readonly pieces: Pieces;
  readonly render: (rendering: Rendering) => Bytes;
}

type Refuse = (cause: string, at?: number) => Error;

/** Wider than any name; numbers are written out, so wide, when the template is read. */
const widest = 1000;

const verbPattern = /%([-+# 0]*)([0-9]*)(?:\.([0-9]*))?(.)?/gs;

/** What fmt.Printf makes of texts and whole numbers. Whatever it would print as a mistake, like %!d(…), is refused. */
export function buildPrintf(
  [format, ...values]: readonly Expression[],
  refuse: Refuse,
): Pick<TextExpression, "pieces" | "render"> {
  if (format === undefined) throw refuse("printf needs a quoted text first");
  if (format.kind !== "text") throw refuse("printf takes a quoted text first, not a number", format.at);
  const { constant } = format;
  if (constant === undefined) {
    throw refuse(
      "the first value of printf must be a quoted text: its verbs are checked before any rendering",
      format.at,
    );
  }
  const parts: Part[] = [];
  let used = 0;
  let read = 0;
  const addText = (text: Bytes) => {
    if (text !== "") parts.push({ pieces: [constantPiece(text)], render: () => text });
  };
  for (const { 0: all, 1: flags = "", 2: width = "", 3: precision, 4: letter, index } of constant.matchAll(
    verbPattern,
  )) {
    addText(constant.slice(read, index));
    read = index + all.length;
    if (letter === undefined) throw refuse(`printf's text ends within the verb ${abridge(all)}`, format.at);
    if (letter === "%") {
      addText("%");
      continue;
    }
    const verb: Verb = {
      text: abridge(all),
      letter,
      flags,
      width: Number(width),
      precision: precision === undefined ? undefined : Number(precision),
    };
    if (!/[svxXdbo]/.test(letter)) {
      const sign = decodeText(firstCharacters(constant.slice(read - 1), 1));
      throw refuse(
        `printf does not support the verb ${abridge(all.slice(0, -1))}${sign}: texts take %s, %v, %x, %X, whole numbers %d, %v, %x, %X, %o, %b`,
        format.at,
      );
    }
    if (verb.width > widest || (verb.precision ?? 0) > widest) {
      throw refuse(`printf's verb ${verb.text} asks for more than ${widest} characters`, format.at);
    }
    const value = values[used];
    if (value === undefined) throw refuse(`printf has no value for its verb ${verb.text}`, format.at);
    used++;
    parts.push(value.kind === "text" ? textPart(verb, value, refuse) : integerPart(verb, value, refuse));
  }
  addText(constant.slice(read));
  const extra = values[used];
  if (extra !== undefined) throw refuse(`printf has more values than verbs`, extra.at);
  return {
    pieces: parts.flatMap(({ pieces }) => pieces),
    render: (rendering) => parts.map(({ render }) => render(rendering)).join(""),
  };
}

function refuseFlags({ text, flags }: Verb, allowed: RegExp, what: string, at: number, refuse: Refuse): void {
  const flag = [...flags].find((sign) => !allowed.test(sign));
  if (flag !== undefined) throw refuse(`printf's verb ${text} has the flag "${flag}", which ${what} do not take`, at);
}

function textPart(verb: Verb, value: TextExpression, refuse: Refuse): Part {
  const { letter, precision } = verb;
  if (/[dbo]/.test(letter))
    throw refuse(`printf's verb ${verb.text} takes a whole number, not a text: use %s`, value.at);
  refuseFlags(verb, /[-0]/, "texts", value.at, refuse);
  const { shorten, pieces } = /[xX]/.test(letter) ? hexadecimal(verb, value.pieces) : plain(precision, value.pieces);
  return {
    pieces: padded(pieces, verb.width, verb.flags.includes("-") ? "right" : "left"),
    render: (rendering) => pad(shorten(value.render(rendering)), verb, verb.flags.includes("0") ? "0" : " "),
  };
}

interface Shortened {
  readonly pieces: Pieces;
  readonly shorten: (bytes: Bytes) => Bytes;
}

function plain(precision: number | undefined, pieces: Pieces): Shortened {
  if (precision === undefined) return { pieces, shorten: (bytes) => bytes };
  return { pieces: truncated(pieces, precision, "characters"), shorten: (bytes) => firstCharacters(bytes, precision) };
}

function hexadecimal({ letter, precision }: Verb, pieces: Pieces): Shortened {
  const kept = precision === undefined ? pieces : truncated(pieces, precision, "bytes");
  return {
    pieces: encoded(kept, 1, 2, true),
    shorten: (bytes) => {
      const digits = Buffer.from(bytes.slice(0, precision), "latin1").toString("hex");
      return letter === "X" ? digits.toUpperCase() : digits;
    },
  };
}

function pad(bytes: Bytes, { width, flags }: Pick<Verb, "width" | "flags">, sign: "0" | " "): Bytes {
  const missing = width - countCharacters(bytes);
  if (missing <= 0) return bytes;
  return flags.includes("-") ? bytes + " ".repeat(missing) : sign.repeat(missing) + bytes;
}

function integerPart(verb: Verb, { value, at }: IntegerExpression, refuse: Refuse): Part {
  if (verb.letter === "s") throw refuse(`printf's verb ${verb.text} takes a text, not a whole number: use %d`, at);
  if (verb.letter === "v") refuseFlags(verb, /[-0 ]/, "whole numbers under %v", at, refuse);
  const text = formatInteger(verb, value);
  return { pieces: [constantPiece(text)], render: () => text };
}

const bases: ReadonlyMap<string, number> = new Map([
  ["x", 16],
  ["X", 16],
  ["o", 8],
  ["b", 2],
]);

/** fmt/format.go fmtInteger. */
function formatInteger(verb: Verb, value: bigint): string {
  const { letter, flags, precision, width } = verb;
  if (precision === 0 && value === 0n) return " ".repeat(width);
  const sign = value < 0n ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const fillsWithZeros = precision === undefined && flags.includes("0") && !flags.includes("-");
  const digits = (value < 0n ? -value : value)
    .toString(bases.get(letter) ?? 10)
    .padStart(fillsWithZeros ? width - sign.length : (precision ?? 0), "0");
  const unsigned = flags.includes("#") ? withPrefix(letter, digits) : digits;
  return pad(sign + (letter === "X" ? unsigned.toUpperCase() : unsigned), verb, " ");
}

function withPrefix(letter: string, digits: string): string {
  if (letter === "x" || letter === "X") return `0x${digits}`;
  if (letter === "b") return `0b${digits}`;
  return letter === "o" && !digits.startsWith("0") ? `0${digits}` : digits;
}
