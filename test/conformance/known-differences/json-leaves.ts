/** What a JSON value says, place by place: each leaf under the path of keys that leads to it. An empty object or list is a leaf. */
export function jsonLeaves(value: unknown, at = ""): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  if (entries.length === 0) {
    if (value !== undefined) leaves.set(at, value);
    return leaves;
  }
  for (const [key, inner] of entries) {
    for (const [place, leaf] of jsonLeaves(inner, at === "" ? key : `${at} ${key}`)) leaves.set(place, leaf);
  }
  return leaves;
}
