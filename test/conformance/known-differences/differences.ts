import { jsonLeaves } from "./json-leaves.ts";

/** A place at which a peer's answer and ours differ; what one of them lacks is undefined there. */
export interface Difference {
  readonly at: string;
  readonly theirs: unknown;
  readonly ours: unknown;
}

/** Differences that are meant. In each text `*` stands for anything; a value is compared as JSON, strings as they are. */
export interface KnownDifference {
  readonly why: string;
  readonly at: readonly string[];
  readonly theirs?: string;
  readonly ours?: string;
  /** The one server on which it shows; default: on each. */
  readonly on?: string;
}

export function differences(theirs: unknown, ours: unknown): Difference[] {
  const [theirLeaves, ourLeaves] = [jsonLeaves(theirs), jsonLeaves(ours)];
  return [...new Set([...theirLeaves.keys(), ...ourLeaves.keys()])]
    .map((at) => ({ at, theirs: theirLeaves.get(at), ours: ourLeaves.get(at) }))
    .filter((each) => JSON.stringify(each.theirs) !== JSON.stringify(each.ours));
}

/** What there is to say about the differences found: those that nobody meant, and the known ones that are no longer there. */
export function complaints(found: readonly Difference[], known: readonly KnownDifference[]): string[] {
  const matchers = known.map(matcherOf);
  const unknown = found.filter((difference) => !matchers.some((matcher) => matcher.covers(difference)));
  return [
    ...unknown.map(({ at, theirs, ours }) => `not listed: ${at}: theirs ${written(theirs)}, ours ${written(ours)}`),
    ...matchers.flatMap(({ stale }) => stale(found)),
  ];
}

interface Matcher {
  readonly covers: (difference: Difference) => boolean;
  readonly stale: (found: readonly Difference[]) => string[];
}

function matcherOf({ why, at, theirs = "*", ours = "*" }: KnownDifference): Matcher {
  const [theirPattern, ourPattern] = [patternOf(theirs), patternOf(ours)];
  const fits = (difference: Difference) =>
    theirPattern.test(written(difference.theirs)) && ourPattern.test(written(difference.ours));
  const places = at.map((place) => ({ place, pattern: patternOf(place) }));
  return {
    covers: (difference) => fits(difference) && places.some(({ pattern }) => pattern.test(difference.at)),
    stale: (found) =>
      places
        .filter(({ pattern }) => !found.some((difference) => fits(difference) && pattern.test(difference.at)))
        .map(({ place }) => `no longer there: ${place} (${why})`),
  };
}

function patternOf(text: string): RegExp {
  return new RegExp(`^${text.split("*").map(RegExp.escape).join(".*")}$`, "s");
}

function written(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}
