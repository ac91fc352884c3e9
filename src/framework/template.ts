import { UserError } from "./errors.ts";
import { decodeText, encodeText } from "./template-bytes.ts";
import { certainBits, type Pieces } from "./template-certainty.ts";
import { constantText, type Expression } from "./template-expression.ts";
import { bitsPerCharacter, mostBytes } from "./template-functions.ts";
import { TemplateParser } from "./template-parser.ts";
import { TemplateSource } from "./template-source.ts";

export interface TemplateOptions<Field extends string> {
  /** The field that the template came in, for messages. */
  readonly name: string;
  /** What templates may name as `.Field`. */
  readonly fields: readonly Field[];
}

/** What renderings draw on. */
export interface TemplateSources {
  /** As many bytes as asked for, from a source that nobody can foresee. */
  readonly random: (size: number) => Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

export interface Template<Field extends string> {
  /**
   * The text for these values of the fields. Throws a UserError when long values of the fields would make a rendering
   * of more than 100,000 bytes, steps in between counted; nothing else can go wrong that compileTemplate did not refuse.
   */
  render(values: Readonly<Record<Field, string>>, sources: TemplateSources): string;
  /**
   * What every rendering holds, whatever the fields and the time are, counted in characters of `random`: that many
   * `random` characters are as hard to guess. A uuid counts for 21, a digit of one for 4 bits, a sha256 or base64 text
   * for what went into it.
   *
   * It is found by following each random character through the functions, with the lengths that stand before it at
   * their longest, and is never too high. Counted as nothing: what stands behind a field and is truncated (unless the
   * field is truncated itself), what `replace` may have changed (it leaves random characters alone if the text to find
   * holds neither letters nor digits), the hash in what truncate_sha256 shortened, and base64 text after `replace` or in another case. A
   * `random` character in capitals or small letters counts for one, although it holds a bit less.
   */
  certainRandomness(): number;
}

/**
 * Reads a template in Vault's language for names (sdk/helper/template): texts with {{ actions }} of Go's text/template,
 * reduced to fields, texts, whole numbers, parentheses, pipelines, comments, trim markers, printf, and the functions
 * random, truncate, truncate_sha256, uppercase, lowercase, replace, sha256, base64, unix_time, unix_time_millis,
 * timestamp (in UTC) and uuid. Like Go's they work on bytes: truncate may cut a character in half, which becomes U+FFFD.
 *
 * Types, numbers, verbs and layouts are checked here: throws a UserError with the line, the column and the cause.
 */
export function compileTemplate<const Field extends string>(
  text: string,
  { name, fields }: TemplateOptions<Field>,
): Template<Field> {
  if (text === "") throw new UserError(`${name}: the template is empty`);
  if (text.length >= mostBytes || Buffer.byteLength(text) >= mostBytes) {
    throw new UserError(`${name}: the template is too long: it must have less than ${mostBytes} bytes`);
  }
  const parts = new TemplateParser(new TemplateSource(text, name), fields).parse().map(asText);
  const pieces: Pieces = parts.flatMap((part) => part.pieces);
  return {
    render(values, { random, now }) {
      let left = mostBytes;
      const spend = (bytes: number) => {
        left -= bytes;
        if (left < 0) throw new UserError(`${name}: the template makes more than ${mostBytes} bytes of these values`);
      };
      const value = (field: string) => {
        const bytes = encodeText(values[field as Field]);
        spend(bytes.length);
        return bytes;
      };
      const rendering = { value, random, now, spend };
      return decodeText(parts.map(({ render }) => render(rendering)).join(""));
    },
    // A little more, lest 16 characters be counted as 15.999….
    certainRandomness: () => Math.floor(certainBits(pieces) / bitsPerCharacter + 1e-9),
  };
}

function asText(expression: Expression) {
  return expression.kind === "text" ? expression : constantText(expression.at, String(expression.value));
}
