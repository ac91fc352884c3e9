import { type Difference, differences } from "../known-differences/differences.ts";

/** Call by call. Where only one of the two refused, that is the difference, whatever the other answered. */
export function callDifferences(
  theirs: Readonly<Record<string, unknown>>,
  ours: Readonly<Record<string, unknown>>,
): Difference[] {
  return Object.keys(ours).flatMap((name) => {
    const pair = [theirs[name], ours[name]];
    const parted = new Set(pair.map((result) => typeof result)).size > 1;
    const [their, own] = pair.map((result) => (parted && typeof result !== "string" ? "answered" : result));
    return differences(their, own).map(({ at, ...each }) => ({ at: at === "" ? name : `${name}: ${at}`, ...each }));
  });
}
