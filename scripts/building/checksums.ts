import { createHash } from "node:crypto";
import { createReadStream, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** Writes `checksums.txt` beside the release files whose names start with `prefix`, in the format `sha256sum -c` reads. */
export async function writeChecksums(folder: string, prefix: string): Promise<void> {
  const files = readdirSync(folder).filter((name) => name.startsWith(prefix));
  const lines = await Promise.all(
    files.sort().map(async (name) => `${await sha256OfFile(join(folder, name))}  ${name}\n`),
  );
  writeFileSync(join(folder, "checksums.txt"), lines.join(""));
}
