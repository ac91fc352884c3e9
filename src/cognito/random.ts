/** `size` bytes of a cryptographically strong random source. */
export type RandomBytes = (size: number) => Uint8Array;

/** A whole number from 0 to `bound` - 1 (at most 2^32), each equally likely. */
export function randomIndex(random: RandomBytes, bound: number): number {
  // A draw from the incomplete last run of `bound` values would favour the small ones.
  const fair = 2 ** 32 - (2 ** 32 % bound);
  for (let draws = 0; draws < 1000; draws += 1) {
    const draw = uint32(random);
    if (draw < fair) return draw % bound;
  }
  throw new Error("the random source does not give random bytes");
}

/** A number from 0 (inclusive) to 1 (exclusive). */
export function randomFraction(random: RandomBytes): number {
  return uint32(random) / 2 ** 32;
}

function uint32(random: RandomBytes): number {
  const bytes = random(4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
}
