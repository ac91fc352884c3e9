import { type ApiCall, bodyOf, type Logical, listField, noContent, type Route, textField } from "./api-call.ts";
import { ApiError } from "./api-error.ts";
import { parseSeconds } from "./go-duration.ts";
import {
  defaultLeaseTtl,
  describeMount,
  describeTuning,
  type Mount,
  type MountSettings,
  maxLeaseTtl,
  systemLeaseTtl,
} from "./mount.ts";
import { asMountPath } from "./mounts.ts";

type Fields = Readonly<Record<string, unknown>>;

/** vault/logical_system.go: handleMountTable, handleMount, handleUnmount, handleTuneRead, handleTuneWrite. */
export const mountRoutes: readonly Route[] = [
  {
    pattern: /^mounts$/,
    handlers: { read: ({ core }) => system(byPath(core.mounts.list(), describeMount)) },
  },
  { pattern: /^mounts\/(.+)\/tune$/, handlers: { read: readTuning, update: tune } },
  {
    pattern: /^mounts\/(.+?)\/?$/,
    handlers: {
      read: (call, path = "") => {
        const mount = call.core.mounts.at(path);
        if (mount === undefined) throw new ApiError(400, `No secret engine mount at ${asMountPath(path)}`);
        return system(describeMount(mount));
      },
      update: enable,
      delete: async ({ core }, path = "") => {
        await core.mounts.disable(path);
        return noContent;
      },
    },
  },
  { pattern: /^auth$/, handlers: { read: () => system({}) } },
  {
    pattern: /^internal\/ui\/mounts$/,
    handlers: {
      read: ({ core }) => ({ data: { auth: {}, secret: byPath(core.mounts.list(), describeEffective) } }),
    },
  },
  {
    pattern: /^internal\/ui\/mounts\/(.+)$/,
    handlers: {
      read: ({ core }, path = "") => {
        const mount = core.mounts.serving(path);
        if (mount === undefined) {
          throw new ApiError(
            403,
            `preflight capability check returned 403, please ensure client's policies grant access to path "${asMountPath(path)}"`,
          );
        }
        return { data: { ...describeEffective(mount), path: mount.path } };
      },
    },
  },
];

async function enable({ core, request }: ApiCall, path = ""): Promise<typeof noContent> {
  const fields = bodyOf(request);
  const type = textField(fields, "type");
  if (type === "") throw new ApiError(400, "backend type must be specified as a string");
  const config = fields["config"] ?? {};
  if (typeof config !== "object") throw new ApiError(400, "config must be an object");
  const settings = settingsFrom({ ...config, description: fields["description"] }, freshSettings());
  if (settings.defaultLeaseTtl > (settings.maxLeaseTtl || systemLeaseTtl)) {
    throw new ApiError(400, "given default lease TTL greater than given max lease TTL");
  }
  await core.mounts.enable(path, type, settings, optionsFrom(fields["options"]));
  return noContent;
}

function readTuning({ core }: ApiCall, path = ""): Logical {
  const mount = core.mounts.at(path);
  if (mount === undefined) throw new ApiError(400, `cannot fetch sysview for path "${asMountPath(path)}"`);
  return system(describeTuning(mount));
}

function tune({ core, request }: ApiCall, path = ""): typeof noContent {
  const mount = core.mounts.at(path);
  if (mount === undefined) {
    throw new ApiError(400, `tune of path "${asMountPath(path)}" failed: no mount entry found`);
  }
  const settings = settingsFrom(bodyOf(request), { ...mount.settings });
  const { maxLeaseTtl: longest, defaultLeaseTtl: usual } = settings;
  // Only what is set here is compared (logical_system_helpers.go: tuneMountTTLs); a lease is held to the longest time anyway.
  if (longest !== 0 && usual > longest) {
    throw new ApiError(
      400,
      `backend max lease TTL of ${longest} would be less than backend default lease TTL of ${usual}`,
    );
  }
  if (settings.pluginVersion !== "" && core.catalog.get(mount.type, settings.pluginVersion) === undefined) {
    throw new ApiError(400, `plugin not found in the catalog: ${mount.type} ${settings.pluginVersion}`);
  }
  Object.assign(mount.settings, settings);
  return noContent;
}

function freshSettings(): MountSettings {
  return {
    defaultLeaseTtl: 0,
    maxLeaseTtl: 0,
    description: "",
    pluginVersion: "",
    passthroughRequestHeaders: [],
    allowedResponseHeaders: [],
  };
}

/** Fields that are left out keep their value. */
function settingsFrom(fields: Fields, settings: MountSettings): MountSettings {
  const has = (name: string): boolean => fields[name] !== undefined && fields[name] !== null;
  if (has("default_lease_ttl")) settings.defaultLeaseTtl = leaseTtl(fields["default_lease_ttl"], "default");
  if (has("max_lease_ttl")) settings.maxLeaseTtl = leaseTtl(fields["max_lease_ttl"], "max");
  if (has("description")) settings.description = textField(fields, "description");
  if (has("plugin_version")) settings.pluginVersion = textField(fields, "plugin_version");
  if (has("passthrough_request_headers")) {
    settings.passthroughRequestHeaders = listField(fields, "passthrough_request_headers");
  }
  if (has("allowed_response_headers")) {
    settings.allowedResponseHeaders = listField(fields, "allowed_response_headers");
  }
  return settings;
}

function leaseTtl(value: unknown, which: string): number {
  if (value === "system") return 0;
  const seconds = parseSeconds(value);
  if (seconds === undefined || seconds < 0) {
    throw new ApiError(
      400,
      `unable to parse ${which} TTL of ${JSON.stringify(value)}: it is not a duration such as "1h"`,
    );
  }
  return seconds;
}

function optionsFrom(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  const entries = typeof value === "object" ? Object.entries(value) : [];
  if (typeof value !== "object" || entries.some(([, option]) => typeof option !== "string")) {
    throw new ApiError(400, "options must be an object of texts");
  }
  return Object.fromEntries(entries);
}

function describeEffective(mount: Mount): Record<string, unknown> {
  const described = describeMount(mount);
  const config = { default_lease_ttl: defaultLeaseTtl(mount), max_lease_ttl: maxLeaseTtl(mount) };
  return { ...described, config: { ...(described["config"] as object), ...config } };
}

function byPath(mounts: readonly Mount[], describe: (mount: Mount) => unknown): Record<string, unknown> {
  return Object.fromEntries(mounts.map((mount) => [mount.path, describe(mount)]));
}

function system(data: unknown): Logical {
  return { data, repeated: true, mountType: "system" };
}
