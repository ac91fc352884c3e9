import { type Difference, differences } from "../known-differences/differences.ts";
import type { Described } from "./described.ts";
import type { Outcome } from "./tell-cases.ts";

/** Fields, operations and paths that only one of the two has are not compared: ours are a superset. What is missing shows. */
export function describedDifferences(theirs: Described, ours: Described): Difference[] {
  return differences(theirs, withoutAdditions(ours, theirs));
}

/** Containers of named things. */
const named = new Set(["parameters", "properties"]);

function withoutAdditions(ours: unknown, theirs: unknown, isContainer = false): unknown {
  if (!isTree(ours) || !isTree(theirs)) return ours;
  const kept = Object.entries(ours).filter(([key]) => !isContainer || Object.hasOwn(theirs, key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutAdditions(inner, theirs[key], named.has(key))]));
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Case by case, in the fields that both have. Once one of the two refused what the other took, the rest of the case is
 * about different things and left out.
 */
export function outcomeDifferences(
  theirs: Readonly<Record<string, Outcome>>,
  ours: Readonly<Record<string, Outcome>>,
  fields: ReadonlySet<string>,
): Difference[] {
  return Object.entries(theirs).flatMap(([name, outcome]) => {
    const own = ours[name];
    if (own === undefined) return [{ at: name, theirs: "told", ours: undefined }];
    const parted = outcome.answers.findIndex(
      ({ said }, index) => statusOf(said) !== statusOf(own.answers[index]?.said),
    );
    const comparable = (each: Outcome) =>
      inFields(parted < 0 ? each : { answers: each.answers.slice(0, parted + 1) }, fields);
    return differences(comparable(outcome), comparable(own)).map(({ at, ...each }) => ({
      at: `${name}: ${at}`,
      ...each,
    }));
  });
}

const statusOf = (said = ""): string => said.slice(0, 3);

function inFields({ answers, stored }: Partial<Outcome>, fields: ReadonlySet<string>): unknown {
  return {
    answers: answers?.map(({ data, ...each }) => ({ ...each, data: only(data, fields) })),
    stored: stored && Object.fromEntries(Object.entries(stored).map(([key, entry]) => [key, only(entry, fields)])),
  };
}

function only(data: unknown, fields: ReadonlySet<string>): unknown {
  return isTree(data) ? Object.fromEntries(Object.entries(data).filter(([key]) => fields.has(key))) : data;
}
