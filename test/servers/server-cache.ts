import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Note {
  /** What the executable was made of. */
  readonly source: string;
  readonly size: number;
}

const folderOf = (root: string) => join(root, ".cache/servers");
const noteOf = (root: string, name: string) => join(folderOf(root), `${name}.json`);

/** The kept executable of this name, when it was made of this source and is still whole. */
export function cachedServer(root: string, name: string, source: string): string | undefined {
  const file = join(folderOf(root), name);
  if (!existsSync(file) || !existsSync(noteOf(root, name))) return undefined;
  const note: Note = JSON.parse(readFileSync(noteOf(root, name), "utf8"));
  return note.source === source && note.size === statSync(file).size ? file : undefined;
}

/** Makes an executable and keeps it. Test files running at once may both do so: each has its own half-made file. */
export async function keepServer(
  root: string,
  name: string,
  source: string,
  make: (file: string) => Promise<void>,
): Promise<string> {
  mkdirSync(folderOf(root), { recursive: true });
  const file = join(folderOf(root), name);
  const halfMade = `${file}.${process.pid}`;
  try {
    await make(halfMade);
    chmodSync(halfMade, 0o755);
    const note: Note = { source, size: statSync(halfMade).size };
    renameSync(halfMade, file);
    writeFileSync(noteOf(root, name), JSON.stringify(note));
  } finally {
    rmSync(halfMade, { force: true });
  }
  return file;
}
