import type { ApiCall, Plain, Route } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { claimedVersion } from "./core.ts";
import { dataOf, errorOf } from "./engine-error.ts";
import { askEngine, type Mount } from "./mount.ts";

interface Document {
  readonly paths?: Readonly<Record<string, unknown>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

/** vault/logical_system.go: pathInternalOpenAPI. It describes the mounts, not the server's own paths. */
export const openApiRoutes: readonly Route[] = [
  { pattern: /^internal\/specs\/openapi$/, handlers: { read: describe, update: describe } },
];

async function describe({ core }: ApiCall): Promise<Plain> {
  const paths: Record<string, unknown> = {};
  const schemas: Record<string, unknown> = {};
  for (const mount of core.mounts.list()) {
    const document = await documentOf(mount);
    for (const [path, item] of Object.entries(document.paths ?? {})) {
      paths[`/${mount.path}${path.replace(/^\//, "")}`] = item;
    }
    Object.assign(schemas, document.components?.schemas);
  }
  const body = {
    openapi: "3.0.2",
    info: {
      title: "HashiCorp Vault API",
      description: "The secrets engines mounted on this dev server. All API routes are prefixed with `/v1/`.",
      version: claimedVersion,
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    paths,
    components: { schemas },
  };
  return { status: 200, body };
}

async function documentOf(mount: Mount): Promise<Document> {
  const data = JSON.stringify({ requestResponsePrefix: mount.type });
  const reply = await askEngine(mount, { operation: "help", path: "", data });
  const error = errorOf(reply);
  if (error !== undefined)
    throw new ApiError(500, `the engine at ${mount.path} cannot describe itself: ${error.message}`);
  const document = dataOf(reply)?.["openapi"];
  return typeof document === "object" && document !== null ? document : {};
}
