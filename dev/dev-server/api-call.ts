/** A request to the API, and the ways to answer it. */
import { ApiError } from "./api-error.ts";
import type { Core } from "./core.ts";
import { type HttpRequest, headerOf } from "./http-message.ts";

export type Operation = "read" | "list" | "update" | "delete" | "patch" | "header" | "help";

export interface ApiCall {
  readonly core: Core;
  readonly operation: Operation;
  /** Without `/v1/`. */
  readonly path: string;
  readonly token: string;
  readonly request: HttpRequest;
}

/** An answer of Vault's usual shape. */
export interface Logical {
  readonly data?: unknown;
  readonly leaseId?: string;
  readonly renewable?: boolean;
  /** Seconds. */
  readonly leaseDuration?: number;
  readonly warnings?: readonly string[];
  readonly mountType?: string;
  /** Vault repeats the data of some answers beside it, for old clients. */
  readonly repeated?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of a shape of its own. */
export interface Plain {
  readonly status: number;
  /** Sent as JSON, unless it is bytes. */
  readonly body?: object | Buffer;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Answer = Logical | Plain;

export function isPlain(answer: Answer): answer is Plain {
  return "status" in answer;
}

export const noContent: Plain = { status: 204 };

export type Handler = (call: ApiCall, ...captures: readonly string[]) => Promise<Answer> | Answer;

export interface Route {
  /** Matched against the path without `sys/`; its groups go to the handler. */
  readonly pattern: RegExp;
  readonly handlers: Readonly<Partial<Record<Operation, Handler>>>;
  /** Answers without a token, and while the server is sealed. */
  readonly open?: boolean;
}

/** The fields of the body. @throws ApiError */
export function bodyOf(request: HttpRequest): Record<string, unknown> {
  const text = bodyText(request);
  return text === undefined ? {} : JSON.parse(text);
}

/**
 * The body as the text of a JSON object; undefined when there is none. It stays text, as numbers lose digits otherwise.
 * @throws ApiError that does not repeat what the body holds, as that may be secret
 */
export function bodyText(request: HttpRequest): string | undefined {
  const text = request.body.toString("utf8").trim();
  if (text === "") return undefined;
  const isForm = headerOf(request, "content-type")?.startsWith("application/x-www-form-urlencoded") === true;
  // curl says "form" of everything it sends; Vault looks at the first byte.
  if (isForm && !/^[{["\d]/.test(text)) return formText(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, "error parsing JSON: the body is not valid JSON");
  }
  if (value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new ApiError(400, 'error parsing JSON: the body must be a JSON object, such as {"ttl": "1h"}');
  }
  return text;
}

function formText(text: string): string {
  const fields: Record<string, unknown> = {};
  const form = new URLSearchParams(text);
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    fields[name] = values.length === 1 ? values[0] : values;
  }
  return JSON.stringify(fields);
}

/** A field that must be text, if it is there. @throws ApiError */
export function textField(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name] ?? "";
  if (typeof value !== "string") throw new ApiError(400, `${name} must be text`);
  return value;
}

export function flagField(fields: Readonly<Record<string, unknown>>, name: string): boolean {
  return fields[name] === true || fields[name] === "true" || fields[name] === 1;
}

/** A list of texts, which may also come as one text with commas. @throws ApiError */
export function listField(fields: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = fields[name] ?? [];
  const items = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(items) || items.some((item) => typeof item !== "string")) {
    throw new ApiError(400, `${name} must be a list of texts`);
  }
  return items.map((item: string) => item.trim()).filter((item) => item !== "");
}
