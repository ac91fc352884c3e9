/** What differs from run to run, and the name that stands for it. A document may cut such a value short with "…". */
const movingParts: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w.…-]+/g, "<token>"],
  [/(\/creds\/[\w-]+\/)[\w…]+/g, "$1<id>"],
  [/\bvault[0-9a-f]{3}-[0-9a-f-]+…?@/g, "vault<uuid>@"],
  [/^((?:password|refresh_token|wrapping_accessor:?) +)\S+$/gm, "$1<secret>"],
  [/^(phrase +).+$/gm, "$1<phrase>"],
  [/\b[0-9a-f]{64}\b/g, "<sha256>"],
  [/\b(hvs|s)\.[\w…]+/g, "<vault token>"],
  [/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[\w.:+ -]*/g, "<time>"],
  [/^(expires_in +)\d+$/gm, "$1<seconds>"],
  [/http:\/\/127\.0\.0\.1:\d+/g, "<address>"],
  // Columns are as wide as their longest value, and the line under a heading as long.
  [/-{4,}/g, "---"],
  [/[ \t]+/g, " "],
];

/** The text without what differs from run to run: two runs of one command are equal in it. */
export function masked(text: string): string {
  return movingParts
    .reduce((masked, [part, name]) => masked.replace(part, name), text)
    .replaceAll(/ ?\n/g, "\n")
    .trim();
}
