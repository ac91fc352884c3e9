import { LoggedError } from "./errors.ts";

type CaptureName<Placeholder extends string> = Placeholder extends `${infer Name}@`
  ? Name
  : Placeholder extends `${infer Name}*`
    ? Name
    : Placeholder;

/** The names that a pattern captures: `Captures<"roles/{name}">` is `"name"`. */
export type Captures<Pattern extends string> = Pattern extends `${string}{${infer Placeholder}}${infer Rest}`
  ? CaptureName<Placeholder> | Captures<Rest>
  : never;

/** The shape of a backend's paths, ready to be matched and described. */
export interface CompiledPattern {
  /** As it was declared: "roles/{name}". */
  readonly pattern: string;
  /** The anchored pattern as Go's framework would have it, which help shows: "^roles/(?P<name>…)$". */
  readonly goRegex: string;
  /** The path in an OpenAPI document, without a leading slash; a list path has no trailing slash either. */
  readonly openApiPath: string;
  /** Names of the captured fields, in the order of the path. */
  readonly captures: readonly string[];
  /** The captured values when `path` (relative to the mount) has this shape. */
  match(path: string): Readonly<Record<string, string>> | undefined;
}

/** What one placeholder accepts: `js` means the same as `go`, without its nested repetitions. */
interface PlaceholderKind {
  readonly go: string;
  readonly js: string;
}

// framework/path.go: GenericNameRegex, GenericNameWithAtRegex and MatchAllRegex. Go's "." stops at a newline only.
const placeholderKinds: ReadonlyMap<string, PlaceholderKind> = new Map([
  ["", { go: String.raw`\w(([\w-.]+)?\w)?`, js: String.raw`\w(?:[\w.-]*\w)?` }],
  ["@", { go: String.raw`\w(([\w-.@]+)?\w)?`, js: String.raw`\w(?:[\w.@-]*\w)?` }],
  ["*", { go: ".*", js: String.raw`[^\n]*` }],
]);

const placeholder = /^\{([A-Za-z_]\w*)([@*]?)\}$/;
const literal = /^[\w.~+@:,=-]+$/;

/**
 * Reads a pattern: segments between slashes, each a literal or a placeholder. `{name}` takes a name (letters, digits,
 * "_", and "-" or "." inside), `{name@}` allows "@" inside as well, `{name*}` takes the whole rest and ends the
 * pattern. A pattern that ends in "/" is a list path: it also matches without the slash, as help requests come.
 * Throws when the pattern is not of this form, a mistake of the author.
 */
export function compilePattern<const Pattern extends string>(pattern: Pattern): CompiledPattern {
  const isList = pattern.endsWith("/");
  const segments = (isList ? pattern.slice(0, -1) : pattern).split("/");
  const captures: string[] = [];
  const go: string[] = [];
  const js: string[] = [];
  const openApi: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const [, name, suffix = ""] = placeholder.exec(segment) ?? [];
    if (name === undefined) {
      if (!literal.test(segment))
        throw new LoggedError(`pattern "${pattern}": "${segment}" is neither a literal nor a placeholder`);
      const escaped = segment.replaceAll(/[.+]/g, String.raw`\$&`);
      go.push(escaped);
      js.push(escaped);
      openApi.push(segment);
      continue;
    }
    const kind = placeholderKinds.get(suffix) as PlaceholderKind;
    if (suffix === "*" && (isList || index < segments.length - 1)) {
      throw new LoggedError(`pattern "${pattern}": {${name}*} must be its end`);
    }
    if (captures.includes(name)) throw new LoggedError(`pattern "${pattern}": {${name}} stands twice`);
    captures.push(name);
    go.push(`(?P<${name}>${kind.go})`);
    js.push(`(${kind.js})`);
    openApi.push(`{${name}}`);
  }
  const end = isList ? "/?" : "";
  const matcher = new RegExp(`^${js.join("/")}${end}$`);
  return {
    pattern,
    goRegex: `^${go.join("/")}${end}$`,
    openApiPath: openApi.join("/"),
    captures,
    match(path) {
      const found = matcher.exec(path);
      if (found === null) return undefined;
      return Object.fromEntries(captures.map((name, index) => [name, found[index + 1] ?? ""]));
    },
  };
}
