/** pb.Storage as Vault serves it (sdk/plugin/grpc_storage.go): failures are text in the reply, not a status. */
import { type Server, status } from "@grpc/grpc-js";
import { type StorageServer, StorageService } from "../../src/vault-wire/gen/backend.ts";
import type { MemoryStorage } from "./memory-storage.ts";

type Methods<Service> = { [Method in keyof Service as string extends Method ? never : Method]?: Service[Method] };

/** @param storage undefined where a plugin only tells its version: Vault has no storage for it then either */
export function serveStorage(server: Server, storage: MemoryStorage | undefined): void {
  const methods: Methods<StorageServer> = storage === undefined ? withoutStorage : methodsOf(storage);
  server.addService(StorageService, methods);
}

function methodsOf(storage: MemoryStorage): Methods<StorageServer> {
  return {
    list: ({ request: { prefix } }, answer) => {
      answer(
        null,
        attempt(() => ({ keys: storage.list(prefix) }), { keys: [] }),
      );
    },
    get: ({ request: { key } }, answer) => {
      const none = { entry: undefined };
      const read = () => {
        const value = storage.get(key);
        return value === undefined ? none : { entry: { key, value, seal_wrap: false } };
      };
      answer(null, attempt(read, none));
    },
    put: ({ request: { entry } }, answer) => {
      const write = () => {
        if (entry !== undefined) storage.put(entry.key, entry.value);
        return {};
      };
      answer(null, attempt(write, {}));
    },
    delete: ({ request: { key } }, answer) => {
      const remove = () => {
        storage.delete(key);
        return {};
      };
      answer(null, attempt(remove, {}));
    },
  };
}

function attempt<Reply extends object>(act: () => Reply, failed: Reply): Reply & { readonly err: string } {
  try {
    return { ...act(), err: "" };
  } catch (error) {
    return { ...failed, err: error instanceof Error ? error.message : String(error) };
  }
}

const missing = { code: status.UNKNOWN, details: "missing storage implementation" };

const withoutStorage: Methods<StorageServer> = {
  list: (_call, answer) => answer(missing),
  get: (_call, answer) => answer(missing),
  put: (_call, answer) => answer(missing),
  delete: (_call, answer) => answer(missing),
};
