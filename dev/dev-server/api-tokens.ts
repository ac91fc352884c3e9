import { type ApiCall, bodyOf, type Logical, listField, type Route } from "./api-call.ts";
import type { Core } from "./core.ts";

/** There is one token, which may do everything and never ends. */
export const tokenRoutes: readonly Route[] = [
  {
    pattern: /^auth\/token\/lookup-self$/,
    handlers: { read: ({ core }) => lookUp(core), update: ({ core }) => lookUp(core) },
  },
  { pattern: /^sys\/capabilities-self$/, handlers: { update: capabilities } },
  {
    pattern: /^sys\/internal\/ui\/resultant-acl$/,
    handlers: { read: () => ({ data: { chroot_namespace: "", root: true }, mountType: "system" }) },
  },
];

function lookUp({ rootAccessor, rootToken, startedAt }: Core): Logical {
  return {
    data: {
      accessor: rootAccessor,
      creation_time: Math.floor(startedAt / 1000),
      creation_ttl: 0,
      display_name: "root",
      entity_id: "",
      expire_time: null,
      explicit_max_ttl: 0,
      id: rootToken,
      issue_time: new Date(startedAt).toISOString(),
      meta: null,
      num_uses: 0,
      orphan: true,
      path: "auth/token/root",
      policies: ["root"],
      renewable: false,
      ttl: 0,
      type: "service",
    },
    mountType: "token",
  };
}

function capabilities({ request }: ApiCall): Logical {
  const fields = bodyOf(request);
  const paths = [...listField(fields, "paths"), ...listField(fields, "path")];
  const data = Object.fromEntries(paths.map((path) => [path, ["root"]]));
  return { data: { capabilities: ["root"], ...data }, repeated: true, mountType: "system" };
}
