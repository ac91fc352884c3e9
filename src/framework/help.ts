import type { DescribedPath } from "./described-path.ts";
import { trimSpace } from "./go-text.ts";
import type { JsonObject } from "./json.ts";
import { openApiDocument } from "./open-api.ts";
import type { Response } from "./response.ts";

/** What a help request brings along. */
export interface HelpContext {
  /** The request's data; hosts that gather the OpenAPI documents of all mounts name the mount's type in it. */
  readonly data: JsonObject;
  /** The server's version, "1.21.0", or "unknown". */
  readonly hostVersion: string;
}

/** Help on the mount as a whole (framework/backend.go handleRootHelp). `description` is what the engine is for. */
export function rootHelp(description: string, paths: readonly DescribedPath[], context: HelpContext): Response {
  const listed = paths
    .map(({ pattern, help }) => ({ route: pattern.goRegex, synopsis: help.synopsis ?? "" }))
    .sort((a, b) => (a.route < b.route ? -1 : 1))
    .map(({ route, synopsis }) => `${indent(4, route)}\n${indent(8, trimSpace(synopsis))}\n\n`);
  const text = `## DESCRIPTION

${trimSpace(description)}

## PATHS

The following paths are supported by this backend. To view help for
any of the paths below, use the help command with any route matching
the path pattern. Note that depending on the policy of your auth token,
you may or may not be able to access certain paths.

${listed.join("")}`;
  return helpResponse(text, paths, context);
}

/** Help on one path (framework/path.go helpCallback). `requestPath` is the path that was asked about: "roles/app". */
export function pathHelp(path: DescribedPath, requestPath: string, context: HelpContext): Response {
  const text = `Request:        ${requestPath}
Matching Route: ${path.pattern.goRegex}

${trimSpace(path.help.synopsis ?? "") || "<no synopsis>"}

${parameters(path)}
## DESCRIPTION

${trimSpace(path.help.description ?? "") || "<no description>"}
`;
  return helpResponse(text, [path], context);
}

function parameters({ fields }: DescribedPath): string {
  const names = Object.keys(fields).sort();
  if (names.length === 0) return "";
  const described = names.map((name) => {
    const { kind, description, options } = fields[name] as DescribedPath["fields"][string];
    const about = trimSpace(description) || "<no description>";
    const text = options.deprecated ? `(DEPRECATED) ${about}` : about;
    return `\n${indent(4, name)} (${kind.typeName})\n\n${indent(8, text)}\n`;
  });
  return `## PARAMETERS\n${described.join("")}`;
}

/** Indents every line, empty ones too (framework/template.go funcIndent). */
function indent(count: number, text: string): string {
  if (text === "") return "";
  const prefix = " ".repeat(count);
  return text
    .split("\n")
    .map((line) => prefix + (line.endsWith("\r") ? line.slice(0, -1) : line))
    .join("\n");
}

function helpResponse(text: string, paths: readonly DescribedPath[], { data, hostVersion }: HelpContext): Response {
  const { requestResponsePrefix: prefix } = data;
  const openapi = openApiDocument(paths, { hostVersion, prefix: typeof prefix === "string" ? prefix : "" });
  return { data: { help: trimSpace(text), see_also: null, openapi } };
}
