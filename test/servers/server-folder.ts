import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256OfFile } from "../../scripts/building/checksums.ts";
import { findTexts } from "./find-texts.ts";
import { knownSecrets } from "./known-secrets.ts";

/** The temporary folder of one server: its plugins, its storage, and what it and its plugins write down. */
export class ServerFolder {
  readonly path = mkdtempSync(join(tmpdir(), "s-"));
  readonly plugins = this.in("plugins");
  readonly home = this.in("home");
  readonly tmp = this.in("tmp");
  readonly log = this.in("server.log");
  readonly auditLog = this.in("audit.log");

  constructor() {
    for (const folder of [this.plugins, this.in("data"), this.home, this.tmp]) mkdirSync(folder);
  }

  in(name: string): string {
    return join(this.path, name);
  }

  /** Copies an executable among the plugins. A file of that name is replaced. */
  async placePlugin(file: string, command: string): Promise<{ readonly sha256: string }> {
    const copy = join(this.tmp, command);
    copyFileSync(file, copy, constants.COPYFILE_FICLONE);
    // The old file may be running: a rename leaves it to its process.
    renameSync(copy, join(this.plugins, command));
    return { sha256: await sha256OfFile(file) };
  }

  /** Empty before the first start. */
  logText(): string {
    return existsSync(this.log) ? readFileSync(this.log, "utf8") : "";
  }

  auditText(): string {
    return readFileSync(this.auditLog, "utf8");
  }

  /** The secrets this process knows of that stand in the log, error texts included, or in the audit log. */
  secretsWritten(): number {
    const written = [this.log, this.auditLog].filter(existsSync).map((file) => readFileSync(file));
    return findTexts(Buffer.concat(written), knownSecrets()).length;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
