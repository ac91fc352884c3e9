import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandBlock, commandBlocks } from "./command-blocks.ts";

const root = join(import.meta.dirname, "../..");

export function textOf(document: string): string {
  return readFileSync(join(root, document), "utf8");
}

/** The commands of a document, or of one section, in the order in which they can be run: those shown before what they need come last. */
export function runnableSteps(document: string, section?: string): CommandBlock["steps"] {
  const blocks = commandBlocks(textOf(document)).filter(
    (block) => block.excuse === undefined && (section === undefined || block.section === section),
  );
  return [...blocks.filter(({ isLast }) => !isLast), ...blocks.filter(({ isLast }) => isLast)].flatMap(
    ({ steps }) => steps,
  );
}

/** What stands under a heading, up to the next one. */
export function sectionOf(document: string, heading: string): string {
  const [, section] = new RegExp(`^#+ ${heading}\\n([\\s\\S]*?)(?=^#|$(?![\\s\\S]))`, "m").exec(textOf(document)) ?? [];
  if (section === undefined) throw new Error(`${document} has no section "${heading}"`);
  return section;
}

/** The actions that the README's IAM policy allows. */
export function actionsOfThePolicy(): readonly string[] {
  const [, policy = "{}"] = /^```json\n([\s\S]+?)^```/m.exec(textOf("README.md")) ?? [];
  return JSON.parse(policy).Statement.flatMap(({ Action }: { readonly Action: readonly string[] }) => Action);
}
