/** Carries an HTTP request to the engine mounted at its path, and the engine's reply back (vault/request_handling.go, http/logical.go). */
import { randomUUID } from "node:crypto";
import type { HandleRequestReply, Request } from "../../src/vault-wire/gen/backend.ts";
import { type Answer, type ApiCall, bodyText, type Logical, noContent, type Operation } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { dataOf, errorOf } from "./engine-error.ts";
import type { HttpRequest } from "./http-message.ts";
import type { Mount } from "./mount.ts";
import { wrapTtlOf } from "./wrap-request.ts";

/** Asks the engine. @throws ApiError, EngineError */
export async function callEngine(call: ApiCall): Promise<Answer> {
  const { core, request } = call;
  // LIST is asked of folders (http/logical.go: buildLogicalRequestNoAuth).
  const path = call.operation === "list" && !call.path.endsWith("/") ? `${call.path}/` : call.path;
  const mount = core.mounts.serving(path);
  if (mount === undefined) throw new ApiError(404, `no handler for route "${path}". route entry not found.`);
  if (mount.tainted) throw new ApiError(404, `no handler for route "${path}". route entry is tainted.`);
  const wire = wireRequest(call, mount, path.slice(mount.path.length));
  const operation = call.operation === "update" ? await createOrUpdate(mount, wire, request.signal) : call.operation;
  const reply = await mount.engine.handle({ ...wire, operation }, request.signal);
  const error = errorOf(reply);
  if (error !== undefined) throw error;
  return answerOf(call, mount, reply);
}

function wireRequest(call: ApiCall, mount: Mount, path: string): Partial<Request> {
  const { core, operation, request } = call;
  const wrapTtl = wrapTtlOf(request);
  return {
    id: randomUUID(),
    operation,
    path,
    data: dataText(operation, request),
    headers: passedHeaders(mount, request),
    client_token_accessor: core.rootAccessor,
    display_name: "root",
    mount_point: mount.path,
    mount_type: mount.type,
    mount_accessor: mount.accessor,
    wrap_info:
      wrapTtl === undefined ? undefined : { TTL: BigInt(wrapTtl) * 1_000_000_000n, format: "", seal_wrap: false },
    connection: { remote_addr: request.remoteAddress, connection_state: undefined, remote_port: 0 },
  };
}

/** Query strings are data where there is no body (http/logical.go: buildLogicalRequestNoAuth). */
function dataText(operation: Operation, request: HttpRequest): string {
  if (operation === "update" || operation === "patch") return bodyText(request) ?? "{}";
  const fields: Record<string, unknown> = {};
  for (const name of new Set(request.query.keys())) {
    if (name === "help" || (name === "list" && operation === "list")) continue;
    const values = request.query.getAll(name);
    fields[name] = values.length === 1 ? values[0] : values;
  }
  return Object.keys(fields).length === 0 ? "null" : JSON.stringify(fields);
}

function passedHeaders({ settings }: Mount, request: HttpRequest): Request["headers"] {
  const passed: Request["headers"] = {};
  for (const name of settings.passthroughRequestHeaders) {
    const values = request.headers.get(name.toLowerCase());
    if (values !== undefined) passed[name] = { header: [...values] };
  }
  return passed;
}

/** Existence tells create from update (vault/request_handling.go: CheckToken). */
async function createOrUpdate(mount: Mount, wire: Partial<Request>, signal: AbortSignal): Promise<string> {
  const { check_found, exists, err } = await mount.engine.exists({ ...wire, operation: "update" }, signal);
  if (err !== undefined && err.err_type !== 6) {
    throw new ApiError(err.err_type === 1 ? 400 : 500, err.err_msg);
  }
  return err === undefined && check_found && !exists ? "create" : "update";
}

function answerOf(call: ApiCall, mount: Mount, reply: HandleRequestReply): Answer {
  const { response } = reply;
  const data = dataOf(reply);
  const isRead = call.operation === "read" || call.operation === "header" || call.operation === "help";
  if (response === undefined || data === undefined) {
    if (isRead || call.operation === "list") throw new ApiError(404);
    return noContent;
  }
  if (response.auth !== undefined) throw new ApiError(500, "internal error: a secrets engine must not issue tokens");
  if (call.operation === "help") return { status: 200, body: data };
  const headers = allowedHeaders(mount, response.headers);
  const raw = rawAnswer(data, headers);
  if (raw !== undefined) return raw;
  if (call.operation === "list" && isEmptyList(data, response.warnings)) throw new ApiError(404);
  const base: Logical = { data, warnings: response.warnings, mountType: mount.type, headers };
  if (response.secret === undefined) return base;
  const { lease, warnings } = call.core.leases.register(mount, call.path, response.secret, response.data);
  return {
    ...base,
    warnings: [...response.warnings, ...warnings],
    leaseId: lease.id,
    renewable: lease.renewable,
    leaseDuration: lease.ttl,
  };
}

function isEmptyList(data: Readonly<Record<string, unknown>>, warnings: readonly string[]): boolean {
  const { keys, ...others } = data;
  const isEmpty = keys === undefined || keys === null || (Array.isArray(keys) && keys.length === 0);
  return isEmpty && Object.keys(others).length === 0 && warnings.length === 0;
}

function allowedHeaders({ settings }: Mount, given: Request["headers"]): Record<string, string> {
  const allowed = settings.allowedResponseHeaders.map((name) => name.toLowerCase());
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, { header }]) =>
      allowed.includes(name.toLowerCase()) ? [[name, header.join(", ")]] : [],
    ),
  );
}

/** An engine may answer with bytes of its own (http/logical.go: respondRaw). */
function rawAnswer(data: Readonly<Record<string, unknown>>, headers: Record<string, string>): Answer | undefined {
  const { http_content_type: type, http_raw_body: body, http_status_code: status } = data;
  if (type === undefined && status === undefined) return undefined;
  const text = typeof body === "string" ? body : "";
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return {
    status: typeof status === "number" ? status : 200,
    body: Buffer.from(text, isBase64 ? "base64" : "utf8"),
    contentType: typeof type === "string" ? type : "",
    headers,
  };
}
