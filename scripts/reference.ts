/**
 * Writes REFERENCE.md from the engine's own declarations: `scripts/reference.ts [--check]`. With --check it writes nothing
 * and fails where the file says something else.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { declareCognito } from "../src/cognito/cognito.ts";
import { RequestLimits } from "../src/cognito/request-limits.ts";
import type { DescribedPath } from "../src/framework/described-path.ts";
import { ManualClock } from "../src/framework/testing/manual-clock.ts";
import { MemoryStorage } from "../src/framework/testing/memory-storage.ts";
import { RecordingLogger } from "../src/framework/testing/recording-logger.ts";
import { StaticSystemView } from "../src/framework/testing/static-system-view.ts";

const file = join(import.meta.dirname, "../REFERENCE.md");

const clock = new ManualClock();
const { paths } = declareCognito(
  {
    fetch: () => Promise.reject(new Error("a description needs no network")),
    random: (size) => new Uint8Array(size),
    requestLimits: new RequestLimits(clock),
    ambientRegion: async () => undefined,
  },
  {
    storage: new MemoryStorage(),
    systemView: new StaticSystemView(),
    logger: new RecordingLogger(),
    clock,
    uuid: "",
    options: {},
  },
);

const text = `# Reference

Every path of the engine, as \`vault path-help\` shows them. Made by \`make reference\`; not for editing.

Durations are seconds, or text such as \`30m\` or \`1h\`. Lists are JSON lists, or text with commas.

${paths.map(({ described }) => section(described)).join("\n")}`;

if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
} else if (readFileSync(file, "utf8") !== text) {
  console.error("REFERENCE.md is stale: run `make reference`.");
  process.exitCode = 1;
}

function section({ pattern, help, fields, operations }: DescribedPath): string {
  const rows = Object.entries(fields).map(([name, { kind, description, options }]) => {
    const fallback = options.default === undefined ? "" : ` Default: \`${JSON.stringify(options.default)}\`.`;
    return `| \`${name}\` | ${kind.typeName} | ${cell(description)}${cell(fallback)} |`;
  });
  const table = rows.length === 0 ? "" : `\n| field | type | |\n|---|---|---|\n${rows.join("\n")}\n`;
  return `## ${pattern.pattern}

${help.synopsis} Operations: ${Object.keys(operations).join(", ")}.

${code(help.description ?? "")}${table}`;
}

function code(description: string): string {
  return `\`\`\`text\n${description.trim()}\n\`\`\`\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
