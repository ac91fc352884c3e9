import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** What a person who starts the file in a shell gets to read. */
export interface HandAnswer {
  readonly text: string;
  readonly stream: "stdout" | "stderr";
  readonly exitCode: number;
}

export interface ExecutableFile {
  /** Of the engine, in one word. */
  readonly name: string;
  readonly summary: string;
  /** Semantic version, without the "v". */
  readonly version: string;
  readonly path: string;
}

/** Answers a start without a host: plugins are started by Vault or OpenBao, not in a shell. */
export function answerByHand(args: readonly string[], file: ExecutableFile): HandAnswer {
  // One dash is Go's way, and so the server's own.
  const asks = (...options: string[]) => args.some((arg) => options.includes(arg));
  if (asks("--version", "-version")) {
    return { text: `vault-plugin-secrets-${file.name} v${file.version}\n`, stream: "stdout", exitCode: 0 };
  }
  if (asks("--help", "-help", "-h")) return { text: help(file), stream: "stdout", exitCode: 0 };
  return {
    text: `This is a plugin: Vault or OpenBao starts it, it does nothing when run by hand.
To see the commands that install it, run: ${file.path} --help
`,
    stream: "stderr",
    exitCode: 1,
  };
}

function help({ name, summary, version, path }: ExecutableFile): string {
  const file = basename(path);
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  return `vault-plugin-secrets-${name} v${version}: ${summary}, for HashiCorp Vault and OpenBao.

1. Copy this file into the server's plugin_directory, and make it executable:
     chmod 755 <plugin_directory>/${file}
2. Register it (with OpenBao, say bao instead of vault):
     vault plugin register -sha256=${sha256} -command=${file} secret ${name}
3. Mount it:
     vault secrets enable -path=${name} ${name}
4. Read on:
     vault path-help ${name}

Options: --help, --version
Option to register it with: -args=--report-version tells the server this file's version, so that
  "plugin register -version=…" refuses the file under another one.
`;
}
