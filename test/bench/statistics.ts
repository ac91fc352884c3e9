/** The value below which `share` of the values lie, by the nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("no values");
  return value;
}

/** The middle value; between the two middle ones where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError("no values");
  return (low + high) / 2;
}

export interface Ratio {
  /** Of the medians over all rounds. */
  readonly value: number;
  /** Smallest and largest ratio that one round gave. */
  readonly low: number;
  readonly high: number;
}

/** How `subject` compares with `reference`, of which it has one value per round, as the other. */
export function ratio(subject: readonly number[], reference: readonly number[]): Ratio {
  if (subject.length !== reference.length) throw new RangeError("not the same rounds");
  const each = subject.map((value, round) => value / (reference[round] ?? Number.NaN));
  return { value: median(subject) / median(reference), low: Math.min(...each), high: Math.max(...each) };
}
