/**
 * Draws the diagram of ARCHITECTURE.md from what the sources really import: `scripts/architecture.ts [--check]`. With --check it writes
 * nothing and fails where the file shows something else.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { importsOf } from "../test/structure/imports.ts";

const root = join(import.meta.dirname, "..");
const file = join(root, "ARCHITECTURE.md");
const [begin, end] = ["<!-- diagram: made by `make reference`, not for editing -->\n", "<!-- end of the diagram -->\n"];

/** Folders that the diagram shows as one box. Files right in src have one each. */
const folders = [
  "src/go-plugin",
  "src/framework",
  "src/vault-wire",
  "src/cognito",
  "dev/dev-server",
  "dev/cognito-emulator",
] as const;

function boxOf(path: string): string | undefined {
  return folders.find((folder) => path.startsWith(`${folder}/`)) ?? (/^src\/[\w-]+\.ts$/.test(path) ? path : undefined);
}

/** The packages that a box shows, by the name that stands for their family. */
function packageOf(specifier: string): string | undefined {
  if (/^(\.|node:|bun$|bun:)/.test(specifier)) return undefined;
  if (/^@(aws-sdk|smithy)\//.test(specifier)) return "AWS SDK";
  if (/^@(grpc|bufbuild)\//.test(specifier)) return "gRPC";
  return specifier;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes("/testing/"));
}

function importedBy(path: string): string[] {
  const from = boxOf(path);
  return importsOf(readFileSync(join(root, path), "utf8")).flatMap((specifier) => {
    const target = specifier.startsWith(".") ? boxOf(join(dirname(path), specifier)) : packageOf(specifier);
    return target === undefined || target === from ? [] : [`${from} -> ${target}`];
  });
}

function diagram(): string {
  const paths = [...sources("src"), ...sources("dev")];
  const edges = [...new Set(paths.flatMap(importedBy))].sort();
  const boxes = [...new Set(paths.flatMap((path) => boxOf(path) ?? []))].sort();
  const packages = [...new Set(edges.map((edge) => edge.split(" -> ")[1] ?? ""))].filter(
    (target) => !boxes.includes(target),
  );
  const name = (target: string) => target.replaceAll(/\W/g, "_");
  const group = (folder: string) => [
    `  subgraph in_${folder}["${folder}/"]`,
    ...boxes.filter((box) => box.startsWith(`${folder}/`)).map((box) => `    ${name(box)}["${basename(box)}"]`),
    "  end",
  ];
  const lines = [
    "flowchart TD",
    ...group("src"),
    ...group("dev"),
    ...packages.map((target) => `  ${name(target)}(["${target}"])`),
    ...edges.map((edge) => `  ${edge.split(" -> ").map(name).join(" --> ")}`),
  ];
  return `\`\`\`mermaid\n${lines.join("\n")}\n\`\`\`\n`;
}

const text = readFileSync(file, "utf8");
const [before, after] = [text.indexOf(begin), text.indexOf(end)];
if (before < 0 || after < before)
  throw new Error("ARCHITECTURE.md has lost the marks between which the diagram stands");
const drawn = text.slice(0, before + begin.length) + diagram() + text.slice(after);
if (!process.argv.includes("--check")) {
  writeFileSync(file, drawn);
} else if (drawn !== text) {
  console.error("ARCHITECTURE.md shows other imports than the sources have: run `make reference`.");
  process.exitCode = 1;
}
