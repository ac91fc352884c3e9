/** Vault's HTTP API: who may ask, who answers, and the shape of what goes out. */
import { randomUUID, timingSafeEqual } from "node:crypto";
import { type Answer, type ApiCall, isPlain, type Logical, type Operation, type Route } from "./api-call.ts";
import { ApiError, messageOf } from "./api-error.ts";
import { leaseRoutes } from "./api-leases.ts";
import { mountRoutes } from "./api-mounts.ts";
import { openApiRoutes } from "./api-open-api.ts";
import { passwordPolicyRoutes } from "./api-password-policies.ts";
import { pluginRoutes } from "./api-plugins.ts";
import { rawRoutes } from "./api-raw.ts";
import { statusRoutes } from "./api-status.ts";
import { tokenRoutes } from "./api-tokens.ts";
import { describeWrapped, wrappingRoutes } from "./api-wrapping.ts";
import type { Core } from "./core.ts";
import { callEngine } from "./engine-call.ts";
import { EngineError } from "./engine-error.ts";
import { PluginFailure } from "./handshake-host.ts";
import { type HttpAnswer, type HttpRequest, headerOf } from "./http-message.ts";
import { whyNotDone } from "./not-done.ts";
import { wrapTtlOf } from "./wrap-request.ts";

const systemRoutes: readonly Route[] = [
  ...statusRoutes,
  ...mountRoutes,
  ...pluginRoutes,
  ...leaseRoutes,
  ...wrappingRoutes,
  ...openApiRoutes,
  ...passwordPolicyRoutes,
  ...rawRoutes,
];

const operations: Readonly<Record<string, Operation>> = {
  GET: "read",
  LIST: "list",
  PUT: "update",
  POST: "update",
  DELETE: "delete",
  PATCH: "patch",
  HEAD: "header",
};

const json = { "content-type": "application/json", "cache-control": "no-store" };

/** Answers one request. Never rejects. */
export async function answerRequest(core: Core, request: HttpRequest): Promise<HttpAnswer> {
  try {
    const call = callOf(core, request);
    return outgoing(call, await dispatch(call));
  } catch (error) {
    const { status, sentence } = failureOf(core, request, error);
    return { status, headers: json, body: line({ errors: sentence === undefined ? [] : [sentence] }) };
  }
}

function callOf(core: Core, request: HttpRequest): ApiCall {
  refuseStrangers(request);
  const operation = operations[request.method];
  if (operation === undefined) throw new ApiError(405);
  if (!request.path.startsWith("/v1/")) {
    throw new ApiError(404, "this is a dev server for Vault plugins; its API begins at /v1/");
  }
  const namespace = headerOf(request, "x-vault-namespace")?.replace(/\/$/, "") ?? "";
  if (namespace !== "" && namespace !== "root") throw new ApiError(404, whyNotDone("sys/namespaces"));
  const path = request.path.slice("/v1/".length);
  if (operation === "update" && path.endsWith("/")) throw new ApiError(400, "cannot write to a path ending in '/'");
  const token = headerOf(request, "x-vault-token") ?? bearer(request) ?? "";
  return { core, operation: asked(operation, request), path, token, request };
}

/** `?list=true` and `?help=1` stand for operations (http/logical.go, http/help.go). */
function asked(operation: Operation, { query }: HttpRequest): Operation {
  if (operation !== "read") return operation;
  if (query.has("help") && query.get("help") !== "0") return "help";
  return ["true", "1", "t"].includes((query.get("list") ?? "").toLowerCase()) ? "list" : operation;
}

function bearer(request: HttpRequest): string | undefined {
  return /^Bearer (.+)$/i.exec(headerOf(request, "authorization") ?? "")?.[1];
}

/** A page in a browser could reach a server on the loopback under a host name of its own. */
function refuseStrangers(request: HttpRequest): void {
  for (const host of request.headers.get("host") ?? []) {
    if (/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host)) continue;
    throw new ApiError(403, `this dev server answers to localhost only, not to ${JSON.stringify(host)}`);
  }
}

async function dispatch(call: ApiCall): Promise<Answer> {
  const found = findRoute(call.path);
  if (found?.route.open !== true) {
    if (call.core.sealed) throw new ApiError(503, "Vault is sealed");
    checkToken(call);
  }
  if (call.operation === "patch") refuseOtherPatches(call.request);
  if (found !== undefined) {
    const handler = found.route.handlers[call.operation];
    if (handler !== undefined) return handler(call, ...found.captures);
  }
  if (call.operation === "help" && call.path.startsWith("sys/")) {
    throw new ApiError(404, "the dev server has no help for its own paths, only for mounts, such as <mount>?help=1");
  }
  const reason = whyNotDone(call.path);
  if (reason !== undefined && call.core.mounts.serving(call.path) === undefined) throw new ApiError(404, reason);
  if (found !== undefined) throw new ApiError(405, "1 error occurred:\n\t* unsupported operation\n\n");
  if (call.path.startsWith("sys/")) throw new ApiError(404, "1 error occurred:\n\t* unsupported path\n\n");
  return callEngine(call);
}

function findRoute(path: string): { readonly route: Route; readonly captures: string[] } | undefined {
  const isSystem = path.startsWith("sys/");
  const rest = isSystem ? path.slice("sys/".length) : path;
  for (const route of isSystem ? systemRoutes : []) {
    const match = route.pattern.exec(rest);
    if (match !== null) return { route, captures: match.slice(1) };
  }
  for (const route of tokenRoutes) {
    if (route.pattern.test(path)) return { route, captures: [] };
  }
  return undefined;
}

function checkToken({ core, token }: ApiCall): void {
  if (token === "") {
    throw new ApiError(403, "permission denied: no token was given; set VAULT_TOKEN or the header X-Vault-Token");
  }
  const [given, root] = [Buffer.from(token), Buffer.from(core.rootToken)];
  if (given.length !== root.length || !timingSafeEqual(given, root)) {
    throw new ApiError(403, "permission denied: this is not the root token of this dev server");
  }
}

function refuseOtherPatches(request: HttpRequest): void {
  const type = headerOf(request, "content-type") ?? "none";
  if (!type.startsWith("application/merge-patch+json")) {
    throw new ApiError(415, `PATCH requires Content-Type of application/merge-patch+json, provided ${type}`);
  }
}

function outgoing({ core, path, request }: ApiCall, answer: Answer): HttpAnswer {
  if (isPlain(answer)) {
    const type = answer.contentType ?? json["content-type"];
    const body = Buffer.isBuffer(answer.body) ? answer.body : answer.body === undefined ? "" : line(answer.body);
    return { status: answer.status, headers: { ...json, "content-type": type, ...answer.headers }, body };
  }
  const whole = logicalBody(answer);
  const wrapTtl = wrapTtlOf(request);
  const body = wrapTtl === undefined ? whole : describeWrapped(core.wrapping.wrap(whole, wrapTtl, path));
  return { status: 200, headers: { ...json, ...answer.headers }, body: line(body) };
}

function logicalBody(answer: Logical): Record<string, unknown> {
  const data = answer.data ?? null;
  const { warnings = [] } = answer;
  return {
    ...(answer.repeated === true && typeof data === "object" ? data : {}),
    request_id: randomUUID(),
    lease_id: answer.leaseId ?? "",
    renewable: answer.renewable ?? false,
    lease_duration: answer.leaseDuration ?? 0,
    data,
    wrap_info: null,
    warnings: warnings.length === 0 ? null : warnings,
    auth: null,
    mount_type: answer.mountType ?? "",
  };
}

function failureOf(core: Core, request: HttpRequest, error: unknown): { status: number; sentence: string | undefined } {
  if (error instanceof ApiError) return error;
  if (error instanceof EngineError) return { status: error.status, sentence: error.shown };
  if (error instanceof PluginFailure) return { status: 400, sentence: error.message };
  const { method, path } = request;
  core.log("error", "request failed", { method, path, error: messageOf(error) });
  return { status: 500, sentence: messageOf(error) };
}

/** Go ends what it encodes with a newline, and so do we. */
function line(body: object): string {
  return `${JSON.stringify(body)}\n`;
}
