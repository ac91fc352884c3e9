export interface SilencedVariable {
  /** A name, or the characters that a family of names starts with. */
  readonly name: string;
  /** What whoever may set the environment of a stock executable gains by it. */
  readonly gain: string;
  /** The systems whose runtime knows the name; absent: all. */
  readonly os?: "darwin";
}

/**
 * Variables that turn a compiled executable into something else, or make it tell what it must not. No flag of the build turns
 * them off, and whoever may register a plugin sets its environment.
 */
export const silencedVariables: readonly SilencedVariable[] = [
  { name: "BUN_BE_BUN", gain: "the executable is the interpreter itself and runs any script" },
  { name: "BUN_OPTIONS", gain: "--preload runs a script before the program" },
  { name: "BUN_INSPECT", gain: "a debugger listens, which runs code" },
  { name: "BUN_CONFIG_VERBOSE_FETCH", gain: "requests are printed with passwords and Authorization headers" },
  { name: "BUN_BYTECODE_", gain: "files are written wherever BUN_BYTECODE_ORDER_OUT and BUN_BYTECODE_DIGEST_OUT say" },
  { name: "BUN_ENABLE_CRASH_REPORTING", gain: "a crash runs the first `curl` on PATH" },
  { name: "BUN_CRASH_REPORT_URL", gain: "a crash report goes to an address of their choice" },
  { name: "BUN_INTERNAL_WEBVIEW_HOST", gain: "the executable is a browser's helper process", os: "darwin" },
];

/**
 * Makes the runtime deaf to the variables: in a copy of its file each name's first character becomes a zero byte. No environment
 * can hold such a name, so unlike with another letter there is no new name that would work instead.
 * @throws when a name is not in the file: the runtime changed, and the list must be looked at.
 */
export function silence(runtime: Buffer, os: "linux" | "darwin"): Buffer {
  const copy = Buffer.from(runtime);
  for (const { name, os: only } of silencedVariables) {
    if (only !== undefined && only !== os) continue;
    let at = copy.indexOf(name, 0, "latin1");
    if (at === -1) throw new Error(`The runtime does not know ${name}: look anew at which variables it obeys.`);
    for (; at !== -1; at = copy.indexOf(name, at, "latin1")) copy[at] = 0;
  }
  return copy;
}
