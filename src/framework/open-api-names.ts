import type { DisplayAttributes } from "./described-path.ts";

/** Non-empty words, joined by hyphens, in lower case. */
function hyphenate(words: readonly string[]): string {
  return words
    .filter((word) => word !== "")
    .join("-")
    .toLowerCase();
}

/**
 * The id of an operation, "cognito-write-roles-name": prefix, verb and suffix, each from the operation's attributes,
 * else the path's, else made up from the mount's type, the operation and the path (framework/openapi.go
 * constructOperationID).
 */
export function operationId(
  path: string,
  operation: string,
  defaultPrefix: string,
  attributes: { readonly path: DisplayAttributes | undefined; readonly operation: DisplayAttributes | undefined },
): string {
  const hint = (key: "operationPrefix" | "operationVerb" | "operationSuffix") =>
    attributes.operation?.[key] || attributes.path?.[key] || "";
  const prefix = hint("operationPrefix");
  const verb = hint("operationVerb");
  const suffix = hint("operationSuffix");
  if (verb !== "") return hyphenate([prefix, verb, suffix]);
  return hyphenate([
    prefix || defaultPrefix,
    operation === "update" ? "write" : operation,
    suffix || hyphenate(path.split(/[^\w]+/)),
  ]);
}

/** What Unicode's word boundaries leave together, among the characters of a mount's type. */
const word = /\w+(?:['.:]\w+)*/g;

/** "CognitoWriteRolesName" of an operation's id, the start of its schemas' names: every word's first letter is raised. */
export function schemaName(id: string): string {
  const raise = (text: string) => text.replace(/[a-z]/i, (letter) => letter.toUpperCase());
  return id
    .split("-")
    .map((part) => part.replaceAll(word, raise))
    .join("");
}
