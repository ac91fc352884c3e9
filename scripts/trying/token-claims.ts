/** What a JWT says, unchecked: enough to show it to a person. */
function tokenClaims(token: unknown): Readonly<Record<string, unknown>> {
  const [, payload = ""] = typeof token === "string" ? token.split(".") : [];
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
}

/** Those of the claims that are there, in this order. */
export function chosenClaims(token: unknown, names: readonly string[]): Record<string, unknown> {
  const claims = tokenClaims(token);
  return Object.fromEntries(names.flatMap((name) => (claims[name] === undefined ? [] : [[name, claims[name]]])));
}
