import { createHash } from "node:crypto";
import { type Bytes, splitCharacters } from "./template-bytes.ts";
import { lowercase, uppercase } from "./template-case.ts";
import {
  certainBits,
  changedCase,
  constantPiece,
  encoded,
  type Pieces,
  randomPiece,
  replaced,
  truncated,
} from "./template-certainty.ts";
import type { Expression, IntegerExpression, Rendering, TextExpression } from "./template-expression.ts";
import { buildPrintf } from "./template-printf.ts";
import { parseLayout } from "./template-timestamp.ts";

/** What one rendering may make in all its steps together, in bytes; as long as Vault lets a template be. */
export const mostBytes = 100_000;

const charset = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
export const bitsPerCharacter = Math.log2(charset.length);

type Built = Pick<TextExpression, "pieces" | "render">;
/** The error for a call that cannot be rendered; `at` where it is not the function's name that is wrong. */
type Refuse = (cause: string, at?: number) => Error;

interface Parameters {
  readonly integer: IntegerExpression;
  readonly text: TextExpression;
}

type Arguments<Takes extends readonly (keyof Parameters)[]> = { readonly [K in keyof Takes]: Parameters[Takes[K]] };

/** A function of templates: gets its arguments before any rendering, and says what every rendering will hold. */
export type TemplateFunction = (values: readonly Expression[], refuse: Refuse) => Built;

const kindNames = { integer: "a whole number", text: "a text" };

function take<const Takes extends readonly (keyof Parameters)[]>(
  name: string,
  takes: Takes,
  build: (values: Arguments<Takes>, refuse: Refuse) => Built,
): [string, TemplateFunction] {
  const check: TemplateFunction = (values, refuse) => {
    if (values.length !== takes.length) {
      const needed = takes.length === 0 ? "no value" : takes.map((kind) => kindNames[kind]).join(", then ");
      throw refuse(`${name} takes ${needed}; it has ${values.length === 0 ? "none" : values.length}`);
    }
    for (const [index, value] of values.entries()) {
      const kind = takes[index] as keyof Parameters;
      if (value.kind !== kind) {
        throw refuse(`${name} takes ${kindNames[kind]} here, not ${kindNames[value.kind]}`, value.at);
      }
    }
    return build(values as Arguments<Takes>, refuse);
  };
  return [name, check];
}

function draw(random: (size: number) => Uint8Array, size: number): Uint8Array {
  const bytes = random(size);
  if (bytes.length !== size) throw new RangeError(`the random source gave ${bytes.length} bytes instead of ${size}`);
  return bytes;
}

/** base62.Random: draws anew what would favour some characters. */
function drawCharacters(length: number, random: (size: number) => Uint8Array): Bytes {
  let drawn = "";
  while (drawn.length < length) {
    for (const byte of draw(random, length + Math.floor(length / 4))) {
      if (byte < charset.length * 4 && drawn.length < length) drawn += charset[byte % charset.length];
    }
  }
  return drawn;
}

/** go-uuid's GenerateUUID: all of it is random, there are no version bits. */
function drawUuid(random: (size: number) => Uint8Array): Bytes {
  const digits = Buffer.from(draw(random, 16)).toString("hex");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const uuidPieces: Pieces = [8, 4, 4, 4, 12].flatMap((digits, index) => [
  ...(index === 0 ? [] : [constantPiece("-")]),
  randomPiece(digits, 4),
]);

function hash(bytes: Bytes): Bytes {
  return createHash("sha256").update(bytes, "latin1").digest("hex");
}

/** strings.ReplaceAll, which puts the text around every character when there is nothing to find. */
function replaceAll({ spend }: Rendering, find: Bytes, by: Bytes, text: Bytes): Bytes {
  const parts = find === "" ? ["", ...splitCharacters(text), ""] : text.split(find);
  spend((parts.length - 1) * by.length);
  return parts.join(by);
}

function hashedEnd(length: number, text: Bytes): Bytes {
  if (text.length <= length) return text;
  return text.slice(0, length - 8) + hash(text.slice(length - 8)).slice(0, 8);
}

function clock(most: number, read: (now: number) => number): Built {
  return { pieces: [{ min: 1, max: most, ascii: true }], render: ({ now }) => String(Math.floor(read(now))) };
}

/** The functions of Vault's templates (sdk/helper/template/funcs.go), and printf. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map([
  take("random", ["integer"], ([{ value, at }], refuse) => {
    if (value < 0n) throw refuse("random takes no negative number", at);
    if (value > BigInt(mostBytes)) throw refuse(`random makes at most ${mostBytes} characters`, at);
    const length = Number(value);
    return { pieces: [randomPiece(length, bitsPerCharacter)], render: ({ random }) => drawCharacters(length, random) };
  }),
  take("truncate", ["integer", "text"], ([{ value, at }, text], refuse) => {
    if (value < 1n) throw refuse("truncate takes a length of at least 1", at);
    const length = Number(value);
    return {
      pieces: truncated(text.pieces, length, "bytes"),
      render: (rendering) => text.render(rendering).slice(0, length),
    };
  }),
  take("truncate_sha256", ["integer", "text"], ([{ value, at }, text], refuse) => {
    if (value < 9n) throw refuse("truncate_sha256 takes a length of at least 9", at);
    const length = Number(value);
    const fits = text.pieces.reduce((most, { max }) => most + max, 0) <= length;
    const longer = [...truncated(text.pieces, length - 8, "bytes"), { min: 0, max: 8, ascii: true }];
    return {
      pieces: fits ? text.pieces : longer,
      render: (rendering) => hashedEnd(length, text.render(rendering)),
    };
  }),
  take("uppercase", ["text"], ([text]) => ({
    pieces: changedCase(text.pieces),
    render: (rendering) => uppercase(text.render(rendering)),
  })),
  take("lowercase", ["text"], ([text]) => ({
    pieces: changedCase(text.pieces),
    render: (rendering) => lowercase(text.render(rendering)),
  })),
  take("replace", ["text", "text", "text"], ([find, by, text]) => ({
    pieces: replaced(text.pieces, find.constant, by.pieces),
    render: (rendering) => replaceAll(rendering, find.render(rendering), by.render(rendering), text.render(rendering)),
  })),
  take("sha256", ["text"], ([text]) => ({
    pieces: [randomPiece(64, 4, certainBits(text.pieces))],
    render: (rendering) => hash(text.render(rendering)),
  })),
  take("base64", ["text"], ([text]) => ({
    pieces: encoded(text.pieces, 3, 4, false),
    render: (rendering) => Buffer.from(text.render(rendering), "latin1").toString("base64"),
  })),
  take("unix_time", [], () => clock(11, (now) => now / 1000)),
  take("unix_time_millis", [], () => clock(14, (now) => now)),
  take("timestamp", ["text"], ([layout], refuse) => {
    if (layout.constant === undefined) throw refuse('timestamp takes a quoted layout, such as "2006-01-02"', layout.at);
    const { pieces, format } = parseLayout(layout.constant);
    return { pieces, render: ({ now }) => format(now) };
  }),
  take("uuid", [], () => ({ pieces: uuidPieces, render: ({ random }) => drawUuid(random) })),
  ["printf", (values, refuse) => buildPrintf(values, refuse)],
]);
