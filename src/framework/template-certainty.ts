import { type Bytes, isAscii } from "./template-bytes.ts";

/**
 * How much randomness every rendering of a template is certain to hold, whatever the fields are: found without
 * rendering, from what each function does to the places where random characters stand. Rendering samples instead would
 * prove nothing about the longest role name. What cannot be followed counts as nothing, so the answer may be too low,
 * never too high.
 *
 * It adds up because no random value is used twice: templates have neither variables nor argument indexes, so each
 * call of `random` ends up in one place.
 */

/** A run of bytes of some value, as long in every rendering as `min` and `max` say. */
export interface Piece {
  readonly min: number;
  /** May be Infinity. */
  readonly max: number;
  readonly ascii: boolean;
  /** The bytes themselves, where they stand in the template. */
  readonly constant?: Bytes;
  readonly random?: Randomness;
}

interface Randomness {
  /** Bits that the first bytes of the piece hold at least; all of the piece, where it is shorter than that. */
  readonly bits: (first: number) => number;
  /** It holds ASCII letters and digits only. */
  readonly alphanumeric: boolean;
}

export type Pieces = readonly Piece[];

export function constantPiece(constant: Bytes): Piece {
  return { min: constant.length, max: constant.length, ascii: isAscii(constant), constant };
}

/** ASCII that nobody can foresee: `count` characters of `bitsEach`, holding `most` bits together. */
export function randomPiece(count: number, bitsEach: number, most = Number.POSITIVE_INFINITY): Piece {
  const bits = (first: number) => Math.min(Math.min(first, count) * bitsEach, most);
  return { min: count, max: count, ascii: true, random: { bits, alphanumeric: true } };
}

function sum(pieces: Pieces, measure: (piece: Piece) => number): number {
  return pieces.reduce((total, piece) => total + measure(piece), 0);
}

/** Rounded down: a character may begin in one piece and end in the next. */
function fewestCharacters({ min, ascii }: Piece): number {
  return ascii ? min : Math.floor(min / 4);
}

function without({ min, max, ascii }: Piece): Piece {
  return { min, max, ascii };
}

/** The bits of the first bytes. */
export function certainBits(pieces: Pieces, first = Number.POSITIVE_INFINITY): number {
  let left = first;
  let total = 0;
  for (const { max, random } of pieces) {
    total += random?.bits(left) ?? 0;
    if (left !== Number.POSITIVE_INFINITY) left = Math.max(0, left - max);
  }
  return total;
}

function cut({ min, max, ascii, random }: Piece, fewest: number, most: number): Piece {
  const rest = { min: Math.min(min, fewest), max: Math.min(max, most), ascii };
  if (random === undefined) return rest;
  return { ...rest, random: { ...random, bits: (first) => random.bits(Math.min(first, fewest)) } };
}

/** The first `count` bytes, or characters, which hold at least the first `count` bytes. */
export function truncated(pieces: Pieces, count: number, unit: "bytes" | "characters"): Pieces {
  const kept: Piece[] = [];
  let earliest = 0;
  let latest = 0;
  for (const piece of pieces) {
    const bytesEach = unit === "bytes" || piece.ascii ? 1 : 4;
    if (count <= earliest) break;
    kept.push(
      latest + piece.max <= count ? piece : cut(piece, Math.max(0, count - latest), (count - earliest) * bytesEach),
    );
    earliest += unit === "bytes" ? piece.min : fewestCharacters(piece);
    latest += piece.max;
  }
  return kept;
}

/** In capitals or small letters. A random letter stays random enough; of base64 nothing is counted any more. */
export function changedCase(pieces: Pieces): Pieces {
  return pieces.map((piece) => {
    // "K" (U+212A) shrinks from three bytes to one, a stray byte grows to the three of U+FFFD.
    if (!piece.ascii) return { min: Math.floor(piece.min / 3), max: piece.max * 3, ascii: false };
    return piece.random?.alphanumeric === true ? piece : without(piece);
  });
}

function afterReplaceOf(pieces: Pieces, find: Bytes, by: Pieces): Piece {
  const constants = [pieces, by].map((each) => each.map(({ constant }) => constant));
  const [text, replacement] = constants.map((each) => (each.includes(undefined) ? undefined : each.join("")));
  if (text === undefined || replacement === undefined) return afterReplace(pieces, find.length, by);
  const length = text.length + (text.split(find).length - 1) * (replacement.length - find.length);
  return { min: length, max: length, ascii: isAscii(text + replacement) };
}

function afterReplace(pieces: Pieces, findLength: number, by: Pieces): Piece {
  const max = sum(pieces, (piece) => piece.max);
  const length = sum(by, (piece) => piece.max);
  const ascii = pieces.every((piece) => piece.ascii) && by.every((piece) => piece.ascii);
  if (length <= findLength || max < Math.max(1, findLength)) return { min: 0, max, ascii };
  if (max === Number.POSITIVE_INFINITY || findLength === 0) return { min: 0, max: Number.POSITIVE_INFINITY, ascii };
  return { min: 0, max: Math.floor(max / findLength) * length + (max % findLength), ascii };
}

/**
 * Every `find` replaced. Where it holds neither letters nor digits, it leaves random ones alone; otherwise nothing is
 * certain any more.
 */
export function replaced(pieces: Pieces, find: string | undefined, by: Pieces): Pieces {
  if (find === undefined || find === "" || /[0-9A-Za-z]/.test(find))
    return [afterReplace(pieces, find?.length ?? 0, by)];
  const result: Piece[] = [];
  let others: Piece[] = [];
  for (const piece of pieces) {
    if (piece.random?.alphanumeric === true) {
      if (others.length > 0) result.push(afterReplaceOf(others, find, by));
      result.push(piece);
      others = [];
    } else {
      others.push(piece);
    }
  }
  if (others.length > 0) result.push(afterReplaceOf(others, find, by));
  return result;
}

/** Filled up to `width` characters. */
export function padded(pieces: Pieces, width: number, side: "left" | "right"): Pieces {
  const padding: Piece = {
    min: Math.max(0, width - sum(pieces, (piece) => piece.max)),
    max: Math.max(0, width - sum(pieces, fewestCharacters)),
    ascii: true,
  };
  if (padding.max === 0) return pieces;
  return side === "left" ? [padding, ...pieces] : [...pieces, padding];
}

/** Written otherwise, each group of `bytes` as `characters`. */
export function encoded(pieces: Pieces, bytes: number, characters: number, alphanumeric: boolean): Pieces {
  const length = (of: number) => Math.ceil(of / bytes) * characters;
  const bits = (first: number) => certainBits(pieces, Math.floor(first / characters) * bytes);
  return [
    {
      min: length(sum(pieces, (piece) => piece.min)),
      max: length(sum(pieces, (piece) => piece.max)),
      ascii: true,
      random: { bits, alphanumeric },
    },
  ];
}
