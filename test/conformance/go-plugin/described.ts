import type { RealServer } from "../../servers/real-server.ts";

type Tree = { readonly [key: string]: unknown };

/** What a server tells people and programs about a plugin mounted at `cognito`, without the wording. */
export interface Described {
  /** By the HTTP path asked for help, or by the command line. */
  readonly help: Readonly<Record<string, HelpShape | number>>;
  /** The OpenAPI document's part about the mount, by path and operation. */
  readonly openapi: Tree;
}

interface HelpShape {
  readonly route?: string;
  readonly sections: readonly string[];
  /** Types by name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
}

const asked = ["", "/", "/config", "/roles", "/roles/", "/roles/x", "/roles/X.y-Z", "/creds/x", "/roles/-", "/nothing"];

export async function describePlugin(server: RealServer): Promise<Described> {
  const help: Record<string, HelpShape | number> = {};
  for (const path of asked) {
    const answer = await server.http<{ help: string } | undefined>("GET", `cognito${path}?help=1`);
    help[`cognito${path}?help=1`] = answer.status === 200 ? helpShape(answer.body?.help ?? "") : answer.status;
  }
  for (const path of ["cognito", "cognito/roles/x"]) {
    help[`path-help ${path}`] = helpShape((await server.cli(["path-help", path])).stdout);
  }
  const { body } = await server.http<Tree>("GET", "sys/internal/specs/openapi");
  return { help, openapi: mountShape(body) };
}

function helpShape(text: string): HelpShape {
  const route = /^Matching Route: (.*)$/m.exec(text)?.[1];
  return {
    ...(route === undefined ? {} : { route }),
    sections: [...text.matchAll(/^## (.*)$/gm)].map(([, title = ""]) => title),
    parameters: Object.fromEntries([...text.matchAll(/^ {4}(\w+) \((.*)\)$/gm)].map(([, name, type]) => [name, type])),
    paths: [...text.matchAll(/^ {4}(\^.*)$/gm)].map(([, pattern = ""]) => pattern),
  };
}

const wording = new Set(["description", "summary"]);

function mountShape(document: Tree): Tree {
  const schemas = at(at(document, "components"), "schemas");
  const paths = Object.entries(at(document, "paths")).filter(([path]) => /^\/cognito(\/|$)/.test(path));
  return Object.fromEntries(paths.map(([path, item]) => [path, shape(item, schemas)]));
}

/** Without wording, with schemas in the place of references to them, and lists of named things by their names. */
function shape(value: unknown, schemas: Tree): unknown {
  if (Array.isArray(value)) {
    const isNamed = value.length > 0 && value.every((each) => typeof each?.name === "string");
    return isNamed
      ? Object.fromEntries(value.map(({ name, ...each }) => [name, shape(each, schemas)]))
      : value.map((each) => shape(each, schemas));
  }
  if (typeof value !== "object" || value === null) return value;
  const reference = (value as Tree)["$ref"];
  if (typeof reference === "string") return shape(schemas[reference.slice("#/components/schemas/".length)], schemas);
  const kept = Object.entries(value).filter(([key, inner]) => !(wording.has(key) && typeof inner === "string"));
  return Object.fromEntries(kept.map(([key, inner]) => [key, shape(inner, schemas)]));
}

const at = (tree: Tree, key: string): Tree => tree[key] as Tree;
