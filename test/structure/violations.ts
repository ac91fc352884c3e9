import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { codeOf, importsOf, runtimeImportsOf } from "./imports.ts";
import { composition, forTests, type Layer, layers } from "./layers.ts";

/** The files of a project by their path from its root, with their text. */
export type Sources = ReadonlyMap<string, string>;

const isUnder = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
const isTest = (file: string) => /\.test\.ts$|\/testing\//.test(file);

/** Every import and word that the table of layers forbids; each is a sentence. */
export function violations(sources: Sources): string[] {
  return [...sources].flatMap(([file, text]) => {
    const layer = layerOf(file);
    if (layer === undefined) return [`${file} stands in no folder that the table of layers names`];
    const imports = importsOf(text).flatMap((specifier) => forbidden(file, layer, specifier, sources) ?? []);
    return [...imports, ...forbiddenWords(file, layer, text)];
  });
}

function layerOf(file: string): Layer | undefined {
  const holding = layers.filter(({ path }) => isUnder(file, path));
  return holding.toSorted((a, b) => b.path.length - a.path.length)[0];
}

function forbidden(file: string, layer: Layer, specifier: string, sources: Sources): string | undefined {
  if (specifier.startsWith(".")) {
    const imported = join(dirname(file), specifier);
    // What is not there or no TypeScript is the compiler's to judge.
    return !sources.has(imported) || mayImport(file, layer, imported)
      ? undefined
      : `${file} must not import ${imported}`;
  }
  const allowed = isBuiltin(specifier) || specifier.startsWith("bun:") || specifier === "bun" ? builtin : fromPackage;
  return allowed(file, layer, specifier) ? undefined : `${file} must not import ${specifier}`;
}

function mayImport(file: string, layer: Layer, imported: string): boolean {
  if (imported === composition) return false;
  const may = isTest(file) ? [...layer.may, ...forTests.may] : layer.may;
  if (may.includes("*")) return true;
  const special = /^(.*\/(?:gen|testing))\//.exec(imported)?.[1];
  const own = layerOf(imported) === layer;
  if (special === undefined) return own || may.some((path) => isUnder(imported, path));
  if (own && (special.endsWith("/gen") || isTest(file))) return true;
  return may.some((path) => isUnder(imported, path) && isUnder(path, special));
}

function builtin(file: string, layer: Layer, specifier: string): boolean {
  if (isTest(file)) return true;
  return !layer.neverBuiltins.some((name) => specifier === name || (name.endsWith(":") && specifier.startsWith(name)));
}

function fromPackage(file: string, layer: Layer, specifier: string): boolean {
  const packages = isTest(file) ? [...layer.packages, ...forTests.packages] : layer.packages;
  return packages.some(
    (name) => name === "*" || specifier === name || specifier.startsWith(name.endsWith("/") ? name : `${name}/`),
  );
}

function forbiddenWords(file: string, layer: Layer, text: string): string[] {
  if (isTest(file) || file.includes("/gen/") || layer.neverWords.length === 0) return [];
  const code = codeOf(text);
  const found = layer.neverWords.filter((word) => new RegExp(`(?<![\\w.$])${word.replace(".", "\\.")}`).test(code));
  return found.map((word) => `${file} must not use ${word.replace(/\.$/, "")}`);
}

/** Cycles of imports that happen at run time, at least one of every tangle; each is told from its first file in the alphabet. */
export function cycles(sources: Sources): string[] {
  const graph = new Map(
    [...sources].map(([file, text]) => {
      const imported = runtimeImportsOf(text).filter((specifier) => specifier.startsWith("."));
      return [file, imported.map((specifier) => join(dirname(file), specifier)).filter((path) => sources.has(path))];
    }),
  );
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]) => {
    const start = trail.indexOf(file);
    if (start >= 0) {
      const cycle = trail.slice(start);
      const first = cycle.indexOf(cycle.toSorted()[0] ?? "");
      found.add([...cycle.slice(first), ...cycle.slice(0, first + 1)].join(" → "));
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return [...found].sort();
}
