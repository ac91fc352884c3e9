import { execFile } from "node:child_process";
import { basename } from "node:path";
import type { CliOptions, CliResult } from "./server-options.ts";

/** Runs a command of a server's command line with this whole environment. Rejects when it fails, unless it may. */
export function runCommand(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { input = "", mayFail = false }: Pick<CliOptions, "input" | "mayFail">,
): Promise<CliResult> {
  const { promise, resolve, reject } = Promise.withResolvers<CliResult>();
  const child = execFile(file, [...args], { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
    const exitCode = error === null ? 0 : error.code;
    if (typeof exitCode !== "number") reject(error);
    else if (exitCode === 0 || mayFail) resolve({ exitCode, stdout, stderr });
    else reject(new Error(`${basename(file)} ${args[0]} ended with exit code ${exitCode}: ${stderr}`));
  });
  // A command may end without reading its input.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  return promise;
}
