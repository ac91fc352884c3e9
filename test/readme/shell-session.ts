import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface CommandResult {
  readonly exitCode: number;
  /** Both streams, as a person sees them. */
  readonly output: string;
}

export interface Shell {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs commands one after the other in one shell, as a person would who types them. What one sets the next ones see. */
export async function runInOneShell(commands: readonly string[], { cwd, env }: Shell): Promise<CommandResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "readme-"));
  try {
    const typed = commands.map((command, index) => {
      writeFileSync(join(folder, `${index}`), command);
      return `. ${folder}/${index} >${folder}/${index}.out 2>&1 </dev/null; echo $? >${folder}/${index}.code`;
    });
    writeFileSync(join(folder, "all"), `${typed.join("\n")}\n`);
    const shell = spawn("sh", [join(folder, "all")], { cwd, env, stdio: "ignore" });
    await new Promise((resolve, reject) => shell.once("error", reject).once("exit", resolve));
    return commands.map((_, index) => ({
      exitCode: Number(readFileSync(join(folder, `${index}.code`), "utf8")),
      output: readFileSync(join(folder, `${index}.out`), "utf8"),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
