import { ReadOnlyError } from "../errors.ts";
import type { ListOptions, Storage, StorageEntry } from "../storage.ts";

/** Storage that lives as long as the test, with the manners of a host's. */
export class MemoryStorage implements Storage {
  readonly #entries = new Map<string, StorageEntry>();
  /** While true, as on a standby, writes are refused. */
  readOnly = false;
  /** When set, every call fails with this text, as when the host's storage is out of reach. */
  failure: string | undefined;

  async list(prefix: string, { after = "", limit = 0 }: ListOptions = {}): Promise<readonly string[]> {
    this.#check(prefix);
    const children = new Set<string>();
    for (const key of this.#entries.keys()) {
      if (!key.startsWith(prefix)) continue;
      const rest = key.slice(prefix.length);
      const slash = rest.indexOf("/");
      children.add(slash === -1 ? rest : rest.slice(0, slash + 1));
    }
    const sorted = [...children].sort().filter((key) => key > after);
    return limit > 0 ? sorted.slice(0, limit) : sorted;
  }

  async get(key: string): Promise<StorageEntry | undefined> {
    this.#check(key);
    return this.#entries.get(key);
  }

  async put(entry: StorageEntry): Promise<void> {
    this.#check(entry.key);
    if (this.readOnly) throw new ReadOnlyError();
    this.#entries.set(entry.key, { ...entry, value: entry.value.slice() });
  }

  async delete(key: string): Promise<void> {
    this.#check(key);
    if (this.readOnly) throw new ReadOnlyError();
    this.#entries.delete(key);
  }

  /** Everything stored, as JSON by key. */
  contents(): Readonly<Record<string, unknown>> {
    const decode = ({ value }: StorageEntry) => JSON.parse(new TextDecoder().decode(value));
    return Object.fromEntries([...this.#entries.values()].map((entry) => [entry.key, decode(entry)]));
  }

  #check(key: string): void {
    if (this.failure !== undefined) throw new Error(this.failure);
    // logical/storage_view.go SanityCheck
    if (key.split("/").includes("..")) throw new Error("view cannot contain ..");
  }
}
