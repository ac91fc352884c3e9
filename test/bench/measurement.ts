/** What one plugin, or one size of mount, gave: a value per round. */
export interface Values {
  readonly name: string;
  readonly rounds: readonly number[];
  /** What physics allows: round trips × delay, in milliseconds. */
  readonly limit?: number;
}

export interface Aim {
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** Two things compared, interleaved, in the same server and the same run. */
export interface Measurement {
  readonly title: string;
  readonly unit: string;
  readonly reference: Values;
  readonly subject: Values;
  /** What the ratio subject / reference should be. */
  readonly aim?: Aim;
}

/** One part of a run, with what a reader needs to judge its figures. */
export interface PartResult {
  readonly part: string;
  /** ISO 8601. */
  readonly taken: string;
  readonly seconds: number;
  readonly rounds: number;
  /** The machine's load average over a minute, before and after. */
  readonly load: readonly [number, number];
  readonly measurements: readonly Measurement[];
}

export interface Report {
  readonly machine: string;
  readonly server: string;
  readonly parts: readonly PartResult[];
}
