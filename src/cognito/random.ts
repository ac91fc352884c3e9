/** `size` bytes of a cryptographically strong random source. */
export type RandomBytes = (size: number) => Uint8Array;

/** `count` whole numbers from 0 to `bound` - 1 (at most 2^32), each equally likely. */
export function randomIndexes(random: RandomBytes, bound: number, count: number): readonly number[] {
  // A draw from the incomplete last run of `bound` values would favour the small ones.
  const fair = 2 ** 32 - (2 ** 32 % bound);
  const indexes: number[] = [];
  for (let attempts = 0; attempts < 1000 && indexes.length < count; attempts += 1) {
    for (const draw of uint32s(random, count - indexes.length)) if (draw < fair) indexes.push(draw % bound);
  }
  if (indexes.length < count) throw new Error("the random source does not give random bytes");
  return indexes;
}

/** A number from 0 (inclusive) to 1 (exclusive). */
export function randomFraction(random: RandomBytes): number {
  const [draw = 0] = uint32s(random, 1);
  return draw / 2 ** 32;
}

/** One request for all the bytes: the system's random source costs more per request than per byte. */
function uint32s(random: RandomBytes, count: number): readonly number[] {
  const bytes = random(4 * count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, index) => view.getUint32(4 * index));
}
