import { type ApiCall, bodyOf, noContent, type Route, textField } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { inByteOrder, type MemoryStorage } from "./memory-storage.ts";

/** What the engines stored, as it is stored: `logical/<uuid of the mount>/<key>` (vault/logical_raw.go). */
export const rawRoutes: readonly Route[] = [
  { pattern: /^raw\/logical\/?$/, handlers: { list: listMounts } },
  { pattern: /^raw\/logical\/([^/]+)\/?$/, handlers: { list: listKeys } },
  { pattern: /^raw\/logical\/([^/]+)\/(.+)$/, handlers: { list: listKeys, read, update: write, delete: remove } },
];

function listMounts({ core }: ApiCall) {
  return keysOf(core.mounts.list().map(({ uuid }) => `${uuid}/`));
}

function listKeys(call: ApiCall, uuid = "", folder = "") {
  const prefix = folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
  return keysOf(storageOf(call, uuid).list(prefix));
}

function read(call: ApiCall, uuid = "", key = "") {
  const value = storageOf(call, uuid).get(key);
  if (value === undefined) throw new ApiError(404);
  const encoding = call.request.query.get("encoding") === "base64" ? "base64" : "utf8";
  return { data: { value: value.toString(encoding) }, mountType: "system" };
}

function write(call: ApiCall, uuid = "", key = "") {
  const fields = bodyOf(call.request);
  const encoding = textField(fields, "encoding") === "base64" ? "base64" : "utf8";
  storageOf(call, uuid).put(key, Buffer.from(textField(fields, "value"), encoding));
  return noContent;
}

function remove(call: ApiCall, uuid = "", key = "") {
  storageOf(call, uuid).delete(key);
  return noContent;
}

function storageOf({ core }: ApiCall, uuid: string): MemoryStorage {
  const mount = core.mounts.list().find((candidate) => candidate.uuid === uuid);
  if (mount === undefined) throw new ApiError(404);
  return mount.storage;
}

function keysOf(keys: readonly string[]) {
  if (keys.length === 0) throw new ApiError(404);
  return { data: { keys: inByteOrder(keys) }, mountType: "system" };
}
