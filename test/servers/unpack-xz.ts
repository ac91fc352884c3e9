import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";

const python = `
import lzma, shutil, sys
shutil.copyfileobj(lzma.open(sys.argv[1]), sys.stdout.buffer)
`;

/** Unpacks an .xz file by `xz` or, where that is not installed, by Python's library; neither Node nor Bun can. */
export async function unpackXz(tool: string, packed: string, file: string): Promise<void> {
  const target = openSync(file, "w");
  try {
    const args = tool.endsWith("xz") ? ["-dc", packed] : ["-c", python, packed];
    const child = spawn(tool, args, { stdio: ["ignore", target, "inherit"] });
    const code = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    if (code !== 0) throw new Error(`${tool} could not unpack ${packed}: exit code ${code}`);
  } finally {
    closeSync(target);
  }
}
