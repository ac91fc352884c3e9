/** What a mount keeps: in memory, not encrypted, gone with the server. */
export class MemoryStorage {
  readonly #entries = new Map<string, Buffer>();
  /** A reason why writes are refused at the moment, in Vault's words. */
  refuseWrites: string | undefined;

  get(key: string): Buffer | undefined {
    return this.#entries.get(checked(key));
  }

  put(key: string, value: Buffer): void {
    this.#mayWrite();
    this.#entries.set(checked(key), value);
  }

  delete(key: string): void {
    this.#mayWrite();
    this.#entries.delete(checked(key));
  }

  /** The direct children of `prefix`, relative to it, in the order of their bytes; folders end in `/`. */
  list(prefix: string): string[] {
    checked(prefix);
    const children = new Set<string>();
    for (const key of this.#entries.keys()) {
      if (key.startsWith(prefix)) children.add(key.slice(prefix.length).replace(/\/.*$/s, "/"));
    }
    return inByteOrder(children);
  }

  clear(): void {
    this.#entries.clear();
  }

  #mayWrite(): void {
    if (this.refuseWrites !== undefined) throw new Error(this.refuseWrites);
  }
}

/** Go sorts text by its bytes. */
export function inByteOrder(texts: Iterable<string>): string[] {
  return [...texts].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

/** sdk/logical/storage_view.go: SanityCheck. */
function checked(key: string): string {
  if (key.includes("..")) throw new Error("relative paths not supported");
  return key;
}
