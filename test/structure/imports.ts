const transpiler = new Bun.Transpiler({
  loader: "ts",
  tsconfig: JSON.stringify({ compilerOptions: { verbatimModuleSyntax: true } }),
});

/** What a TypeScript file imports when it runs, as it is written there. */
export function runtimeImportsOf(text: string): string[] {
  return transpiler.scanImports(text).map(({ path }) => path);
}

/** What a TypeScript file imports, types included. */
export function importsOf(text: string): string[] {
  // The scanner leaves out imports of types: without the word they are imports like others.
  const untyped = text
    .replace(/^(\s*)import type(?=\s)/gm, "$1import")
    .replace(/^(\s*)export type(?=\s*[{*])/gm, "$1export")
    .replace(/([{,]\s*)type (?=\w)/g, "$1");
  const inTypes = [...text.matchAll(/\bimport\("([^"]+)"\)\./g)].map(([, path = ""]) => path);
  return [...new Set([...runtimeImportsOf(untyped), ...inTypes])];
}

/** The code without its comments and types. */
export function codeOf(text: string): string {
  return transpiler.transformSync(text);
}
