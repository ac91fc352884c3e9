import { LoggedError } from "./errors.ts";

/** One stored value. Keys are relative to the mount. */
export interface StorageEntry {
  readonly key: string;
  readonly value: Uint8Array;
  /** Asks for the seal's wrapping of this entry. Hosts wrap what a backend declares in sealWrapStorage by themselves. */
  readonly sealWrap?: boolean;
}

export interface ListOptions {
  /** Only keys after this one, exclusive. */
  readonly after?: string;
  /** At most so many keys; 0 or absent: all. */
  readonly limit?: number;
}

/**
 * A mount's private storage, encrypted by the host. Every method rejects with ReadOnlyError where this node may not
 * write, and with an Error that carries the host's text otherwise.
 */
export interface Storage {
  /** Direct children of `prefix` ("" or ending in "/"), sorted; folders end in "/". */
  list(prefix: string, options?: ListOptions): Promise<readonly string[]>;
  get(key: string): Promise<StorageEntry | undefined>;
  put(entry: StorageEntry): Promise<void>;
  /** Deleting an absent key succeeds. */
  delete(key: string): Promise<void>;
}

/** The stored JSON at `key`, or undefined. Rejects when it is not JSON: stored data is never guessed at. */
export async function getJson(storage: Storage, key: string): Promise<unknown> {
  const entry = await storage.get(key);
  if (entry === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(entry.value));
  } catch {
    // The parser's own message quotes the text, which may hold a secret.
    throw new LoggedError(`stored entry "${key}" is not valid JSON`);
  }
}

/** Writes JSON as Go's framework does, with its trailing newline (jsonutil.EncodeJSON). */
export function putJson(storage: Storage, key: string, value: unknown): Promise<void> {
  return storage.put({ key, value: new TextEncoder().encode(`${JSON.stringify(value)}\n`) });
}
