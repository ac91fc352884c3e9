import type { Contestant } from "./arena.ts";
import type { Aim, Measurement } from "./measurement.ts";

/** What a part is given. */
export interface PartContext {
  readonly rounds: number;
  readonly tell: (line: string) => void;
}

/** Figures by name, as one turn of one side gives them. */
export type Figures = Readonly<Record<string, number>>;

export type FiguresOfRounds<Side extends string> = Readonly<Record<Side, readonly Figures[]>>;

/** Lets the sides take turns, A B B A, so that neither has the quieter machine. Which begins does not depend on the round alone. */
export async function takeTurns<Side extends string>(
  { rounds, tell }: PartContext,
  what: string,
  sides: readonly Side[],
  turn: (side: Side, round: number) => Promise<Figures>,
): Promise<FiguresOfRounds<Side>> {
  const taken = Object.fromEntries(sides.map((side) => [side, [] as Figures[]])) as Record<Side, Figures[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) taken[side].push(await turn(side, round));
    const shown = sides.map((side) => `${side} ${describe(taken[side].at(-1) ?? {})}`);
    tell(`${what}, round ${round + 1} of ${rounds}: ${shown.join(" · ")}`);
  }
  return taken;
}

const describe = (figures: Figures): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toPrecision(3)}`)
    .join(", ");

export interface Comparison {
  readonly title: string;
  readonly unit: string;
  /** Name of the figure. */
  readonly figure: string;
  readonly aim?: Aim;
  /** What physics allows each side, in milliseconds. */
  readonly limits?: Readonly<Record<Contestant, number>>;
}

export const contestants = ["go", "ours"] as const satisfies readonly Contestant[];

/** One figure of both plugins. */
export function compare(
  taken: FiguresOfRounds<Contestant>,
  { title, unit, figure, aim, limits }: Comparison,
): Measurement {
  const valuesOf = (side: Contestant, name: string) => ({
    name,
    rounds: taken[side].map((figures) => figures[figure] ?? Number.NaN),
    ...(limits === undefined ? {} : { limit: limits[side] }),
  });
  return {
    title,
    unit,
    reference: valuesOf("go", "Go plugin"),
    subject: valuesOf("ours", "this plugin"),
    ...(aim === undefined ? {} : { aim }),
  };
}
