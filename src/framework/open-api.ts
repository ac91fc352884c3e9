import type {
  DescribedOperation,
  DescribedPath,
  DescribedResponse,
  DisplayAttributes,
  PathOperation,
} from "./described-path.ts";
import type { Field, Fields } from "./field.ts";
import { trimSpace } from "./go-text.ts";
import type { Json, JsonObject } from "./json.ts";
import { operationId, schemaName } from "./open-api-names.ts";

export interface OpenApiOptions {
  readonly hostVersion: string;
  /** The first word of operation ids: the mount's type, where the host says it. */
  readonly prefix: string;
}

type Mutable = { [key: string]: Json };

/** The OpenAPI document of some paths (framework/openapi.go): names and descriptions only, never a stored value. */
export function openApiDocument(paths: readonly DescribedPath[], { hostVersion, prefix }: OpenApiOptions): JsonObject {
  const items: Mutable = {};
  const schemas: Mutable = {};
  for (const path of paths) Object.assign(items, pathItems(path, prefix, schemas));
  return {
    openapi: "3.0.2",
    info: {
      title: "HashiCorp Vault API",
      description: "HTTP API that gives you full access to Vault. All API routes are prefixed with `/v1/`.",
      version: hostVersion,
      license: { name: "Mozilla Public License 2.0", url: "https://www.mozilla.org/en-US/MPL/2.0" },
    },
    paths: items,
    components: { schemas },
  };
}

/** A path's entries: the path itself, and the list apart from it, at the same path with a slash. */
function pathItems(path: DescribedPath, prefix: string, schemas: Mutable): JsonObject {
  const { pattern, operations, display, help } = path;
  const common = compact({
    description: oneLine(help.synopsis ?? ""),
    parameters: pathParameters(path),
    "x-vault-sudo": path.root,
    "x-vault-unauthenticated": path.unauthenticated,
    "x-vault-displayAttrs": shown(display),
  });
  const describe = (operation: PathOperation) => {
    const declared = operations[operation];
    if (declared === undefined || declared.unpublished) return undefined;
    return describeOperation(path, operation, declared, prefix, schemas);
  };
  const list = describe("list");
  const others = compact({
    get: describe("read"),
    // Both are POST: an update speaks for the two.
    post: operations.update === undefined ? describe("create") : describe("update"),
    patch: describe("patch"),
    delete: describe("delete"),
  });
  const createSupported = operations.create !== undefined && !operations.create.unpublished;
  const items: Mutable = {};
  // A path that can only be listed has no entry of its own; one that can do nothing at all does, for the reader.
  if (list === undefined || Object.keys(others).length > 0) {
    items[`/${pattern.openApiPath}`] = {
      ...common,
      ...compact({ "x-vault-createSupported": createSupported }),
      ...others,
    };
  }
  if (list !== undefined) items[`/${pattern.openApiPath}/`] = { ...common, get: list };
  return items;
}

function describeOperation(
  path: DescribedPath,
  operation: PathOperation,
  declared: DescribedOperation,
  prefix: string,
  schemas: Mutable,
): JsonObject {
  const attributes = { path: path.display, operation: declared.display };
  const id = operationId(path.pattern.openApiPath, operation, prefix, attributes);
  const hasBody = operation === "create" || operation === "update" || operation === "patch";
  return compact({
    summary: trimSpace(declared.summary ?? path.help.synopsis ?? ""),
    description: trimSpace(declared.description ?? ""),
    operationId: id,
    tags: ["secrets"],
    parameters: hasBody ? [] : queryParameters(path, operation),
    requestBody: hasBody ? requestBody(path, declared, `${schemaName(id)}Request`, schemas) : undefined,
    responses: describeResponses(operation, declared, `${schemaName(id)}Response`, schemas),
    deprecated: declared.deprecated,
  });
}

function pathParameters({ pattern, fields }: DescribedPath): readonly Json[] {
  return [...pattern.captures].sort().flatMap((name) => {
    const field = fields[name];
    return field === undefined ? [] : [parameter(name, field, { in: "path", required: true })];
  });
}

const listParameter: JsonObject = {
  name: "list",
  description: "Must be set to `true`",
  in: "query",
  schema: { type: "string", enum: ["true"] },
  required: true,
};

function queryParameters(path: DescribedPath, operation: PathOperation): readonly Json[] {
  const query = [...inputFields(path)]
    .filter(([, { options }]) => options.query)
    .map(([name, field]): [string, JsonObject] => [name, parameter(name, field, { in: "query" })]);
  if (operation === "list") query.push(["list", listParameter]);
  return query.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, described]) => described);
}

/** The fields that the path does not capture. */
function inputFields({ pattern, fields }: DescribedPath): readonly (readonly [string, Field<unknown>])[] {
  return Object.entries(fields).filter(([name]) => !pattern.captures.includes(name));
}

function parameter(name: string, { kind, description, options }: Field<unknown>, place: JsonObject): JsonObject {
  const { type, pattern, enum: choices } = kind.openApi;
  return compact({
    name,
    description: oneLine(description),
    ...place,
    schema: compact({
      type,
      pattern,
      enum: choices,
      default: options.default as Json | undefined,
      "x-vault-displayAttrs": options.sensitive ? { sensitive: true } : undefined,
    }),
    deprecated: options.deprecated,
  });
}

function requestBody(
  path: DescribedPath,
  { example }: DescribedOperation,
  name: string,
  schemas: Mutable,
): JsonObject | undefined {
  const fields = Object.fromEntries(inputFields(path));
  const required = Object.keys(fields).filter((each) => fields[each]?.options.required);
  const schema = compact({
    ...objectSchema(fields),
    required: required.sort(),
    example,
    additionalProperties: path.takesArbitraryInput,
  });
  if (Object.keys(fields).length > 0) return { required: true, content: json(component(name, schema, schemas)) };
  return path.takesArbitraryInput ? { required: true, content: json(schema) } : undefined;
}

const standardList: JsonObject = { type: "object", properties: { keys: { type: "array", items: { type: "string" } } } };

function describeResponses(
  operation: PathOperation,
  { responses = {} }: DescribedOperation,
  name: string,
  schemas: Mutable,
): JsonObject {
  const declared = Object.entries(responses);
  if (declared.length > 0) {
    return Object.fromEntries(declared.map(([status, each]) => [status, describeResponse(each, name, schemas)]));
  }
  if (operation === "delete") return { 204: { description: "empty body" } };
  if (operation !== "list") return { 200: { description: "OK" } };
  return { 200: { description: "OK", content: json(component("StandardListResponse", standardList, schemas)) } };
}

function describeResponse({ description, fields = {} }: DescribedResponse, name: string, schemas: Mutable): JsonObject {
  if (Object.keys(fields).length === 0) return { description };
  return { description, content: json(component(name, objectSchema(fields), schemas)) };
}

function objectSchema(fields: Fields): JsonObject {
  const properties = Object.entries(fields).map(([name, { kind, description, options }]) => [
    name,
    compact({
      ...kind.openApi,
      description: oneLine(description),
      default: options.default as Json | undefined,
      deprecated: options.deprecated,
      "x-vault-displayAttrs": options.sensitive ? { sensitive: true } : undefined,
    }),
  ]);
  return compact({ type: "object", properties: Object.fromEntries(properties) as JsonObject });
}

/**
 * Puts a schema among the components and refers to it. Hosts decode a plugin's document by the names of Go's struct
 * fields (framework/openapi.go NewOASDocumentFromMap), which loses "$ref" and keeps "ref"; other readers ignore what
 * stands beside a reference (OpenAPI 3.0.2, Reference Object).
 */
function component(name: string, schema: JsonObject, schemas: Mutable): JsonObject {
  schemas[name] = schema;
  const reference = `#/components/schemas/${name}`;
  return { $ref: reference, ref: reference };
}

function json(schema: JsonObject): JsonObject {
  return { "application/json": { schema } };
}

/** Attributes without the parts of operation ids, which readers have no use for. */
function shown(display: DisplayAttributes | undefined): JsonObject | undefined {
  if (display === undefined) return undefined;
  const { operationPrefix: _prefix, operationVerb: _verb, operationSuffix: _suffix, ...rest } = display;
  const attributes = compact(rest);
  return Object.keys(attributes).length > 0 ? attributes : undefined;
}

/** Runs of white space become one space. */
function oneLine(text: string): string {
  return trimSpace(text).replaceAll(/[\t\n\f\r ]+/g, " ");
}

/** Leaves out what is empty, as Go's omitempty does; a default or a sample value may well be false, 0 or "". */
function compact(object: { readonly [key: string]: Json | undefined }): JsonObject {
  const kept = Object.entries(object).filter(([key, value]) => {
    if (value === undefined || value === null) return false;
    if (key === "default" || key === "value" || key === "example") return true;
    if (Array.isArray(value) || typeof value === "string") return value.length > 0;
    if (typeof value === "object") return key === "schema" || Object.keys(value).length > 0;
    return value !== false;
  });
  return Object.fromEntries(kept) as JsonObject;
}
