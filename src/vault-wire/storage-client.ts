import { ReadOnlyError, UserError } from "../framework/errors.ts";
import type { ListOptions, Storage, StorageEntry } from "../framework/storage.ts";
import { StorageService } from "./gen/backend.ts";
import { HostCallError, type HostClient, type HostMethod } from "./host-client.ts";
import { compareAsUtf8 } from "./utf8-order.ts";

/** What the message can hold: 32 bits with a sign. */
const longestPage = 2 ** 31 - 1;

/** A mount's storage, kept by the host. */
export class StorageClient implements Storage {
  readonly #host: HostClient;
  /** Whether the host lists in pages. OpenBao does, Vault does not; known after the first attempt. */
  #listsInPages = true;

  constructor(host: HostClient) {
    this.#host = host;
  }

  async list(prefix: string, { after = "", limit = 0 }: ListOptions = {}): Promise<readonly string[]> {
    if (after === "" && limit <= 0) return this.#listAll(prefix);
    if (this.#listsInPages) {
      try {
        return await this.#listPage(prefix, after, limit);
      } catch (error) {
        if (!(error instanceof HostCallError && error.isUnimplemented)) throw error;
        this.#listsInPages = false;
      }
    }
    const keys = (await this.#listAll(prefix)).filter((key) => compareAsUtf8(key, after) > 0);
    return limit > 0 ? keys.slice(0, limit) : keys;
  }

  async get(key: string): Promise<StorageEntry | undefined> {
    const { entry } = await this.#call(StorageService.get, { key, txn: "" });
    if (entry === undefined) return undefined;
    const { buffer, byteOffset, byteLength } = entry.value;
    return { key: entry.key, value: new Uint8Array(buffer, byteOffset, byteLength), sealWrap: entry.seal_wrap };
  }

  async put({ key, value, sealWrap = false }: StorageEntry): Promise<void> {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    await this.#call(StorageService.put, { entry: { key, value: bytes, seal_wrap: sealWrap }, txn: "" });
  }

  async delete(key: string): Promise<void> {
    await this.#call(StorageService.delete, { key, txn: "" });
  }

  async #listAll(prefix: string): Promise<readonly string[]> {
    const { keys } = await this.#call(StorageService.list, { prefix, txn: "" });
    return keys.sort(compareAsUtf8);
  }

  async #listPage(prefix: string, after: string, limit: number): Promise<readonly string[]> {
    const page = { prefix, after, limit: Math.min(Math.max(0, limit), longestPage), txn: "" };
    const { keys } = await this.#call(StorageService.listPage, page);
    return keys.sort(compareAsUtf8);
  }

  async #call<Request, Reply extends { readonly err: string }>(
    method: HostMethod<Request, Reply>,
    request: Request,
  ): Promise<Reply> {
    try {
      return await this.#host.checkedCall(method, request);
    } catch (error) {
      throw error instanceof HostCallError ? meaningOf(error) : error;
    }
  }
}

/** What a backend can act on. Found as substrings: hosts wrap the texts of their ErrReadOnly and ErrRelativePath (logical/error.go). */
function meaningOf(error: HostCallError): Error {
  const readOnly = new ReadOnlyError();
  if (error.message.includes(readOnly.message)) return readOnly;
  if (!error.message.includes("relative paths not supported")) return error;
  // Keys come from what a caller named, so that it is the caller who can do something about it.
  return new UserError("relative paths not supported: a name must not contain '..'", { cause: error });
}
