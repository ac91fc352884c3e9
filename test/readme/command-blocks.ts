/** One command of a document, and what the document says that it prints. */
export interface Step {
  readonly line: number;
  readonly command: string;
  readonly output: readonly string[];
}

/** A fenced block of kind `console`. */
export interface CommandBlock {
  readonly line: number;
  /** Of the section's heading. */
  readonly section: string;
  /** Why the commands are not run here, from a comment above the block. */
  readonly excuse: string | undefined;
  /** Shown before the commands that it needs: `console run-last`. */
  readonly isLast: boolean;
  readonly steps: readonly Step[];
}

const excuseAbove = /^<!-- not run here: (.+) -->$/;

/**
 * Reads the command blocks of a Markdown text. A line that begins with `$ ` is a command, which goes on after a backslash at its end;
 * what follows is its output.
 * @throws Error for a block that hides commands from this reader: of another kind of shell, or indented
 */
export function commandBlocks(markdown: string): CommandBlock[] {
  const lines = markdown.split("\n");
  const blocks: CommandBlock[] = [];
  let section = "";
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const heading = /^#+ (.+)$/.exec(line);
    if (heading !== null) section = heading[1] ?? "";
    if (/^ {4,}\$? ?(vault|bao|make|npm|npx|docker|kubectl|terraform) /.test(line)) {
      throw new Error(`line ${index + 1}: write commands in a block of kind "console", not indented`);
    }
    const fence = /^( {0,3})```(\S*) ?(.*)$/.exec(line);
    if (fence === null) continue;
    const end = lines.findIndex((other, at) => at > index && /^ {0,3}```$/.test(other));
    if (end < 0) throw new Error(`line ${index + 1}: the block does not end`);
    const [, indent = "", kind = "", words = ""] = fence;
    if (["sh", "bash", "shell"].includes(kind)) {
      throw new Error(`line ${index + 1}: write commands in a block of kind "console", with "$ " before each`);
    }
    if (kind === "console") {
      const excuse = excuseAbove.exec(lines[index - 1]?.trim() ?? "")?.[1];
      const inside = lines.slice(index + 1, end).map((text) => text.slice(indent.length));
      const steps = stepsOf(inside, index + 2);
      blocks.push({ line: index + 1, section, excuse, isLast: words === "run-last", steps });
    }
    index = end;
  }
  return blocks;
}

function stepsOf(lines: readonly string[], first: number): Step[] {
  const steps: { line: number; command: string; output: string[] }[] = [];
  let goesOn = false;
  for (const [index, line] of lines.entries()) {
    const step = steps.at(-1);
    if (goesOn && step !== undefined) step.command += `\n${line}`;
    else if (line.startsWith("$ ")) steps.push({ line: first + index, command: line.slice(2), output: [] });
    else if (step === undefined) throw new Error(`line ${first + index}: a block begins with a command: "$ …"`);
    else step.output.push(line);
    goesOn = (steps.at(-1)?.output.length ?? 0) === 0 && line.endsWith("\\");
  }
  return steps;
}
