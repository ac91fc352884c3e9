import { type ApiCall, bodyOf, type Logical, listField, noContent, type Route, textField } from "./api-call.ts";
import { ApiError, messageOf } from "./api-error.ts";
import { canonical, type Registration } from "./catalog.ts";
import type { Core } from "./core.ts";
import { PluginFailure } from "./handshake-host.ts";
import type { Mount } from "./mount.ts";
import { runningVersion } from "./running-version.ts";

/** vault/logical_system.go: handlePluginCatalog…, handlePluginReload…. Only secrets engines can be run here. */
export const pluginRoutes: readonly Route[] = [
  {
    pattern: /^plugins\/catalog\/?$/,
    handlers: { read: listAll, list: listAll },
  },
  {
    pattern: /^plugins\/catalog\/(auth|database|secret)\/?$/,
    handlers: { read: listOfType, list: listOfType },
  },
  {
    pattern: /^plugins\/catalog\/(auth|database|secret)\/([^/]+)$/,
    handlers: {
      read: readPlugin,
      update: register,
      delete: (call, _type, name = "") => {
        call.core.catalog.delete(name, versionOf(call));
        return noContent;
      },
    },
  },
  { pattern: /^plugins\/reload\/backend$/, handlers: { update: reloadBackends } },
  {
    pattern: /^plugins\/reload\/(?:secret|unknown)\/([^/]+)$/,
    handlers: { update: ({ core }, name = "") => reload(core, mountsOf(core, name)) },
  },
];

async function register({ core, request }: ApiCall, type = "", name = ""): Promise<Logical | typeof noContent> {
  if (type !== "secret") {
    throw new ApiError(400, `the dev server runs secrets engines only, not ${type} plugins`);
  }
  const fields = bodyOf(request);
  const [command, ...spacedArgs] = textField(fields, "command").split(" ");
  const sha256 = (textField(fields, "sha256") || textField(fields, "sha_256")).toLowerCase();
  if (command === undefined || command === "") {
    throw new ApiError(400, "missing command value: name the plugin's file, which lies in the plugin directory");
  }
  if (sha256 === "") throw new ApiError(400, "missing SHA-256 value: give the checksum of the plugin's file");
  const args = [...spacedArgs, ...listField(fields, "args")];
  const registration = { name, command, args, env: environmentFrom(listField(fields, "env")), sha256 };
  const requested = canonical(textField(fields, "version"));
  // A wrong file is refused now, while Vault would say so only when the plugin is mounted.
  await core.catalog.commandOf(registration).catch(refuse);
  const reported = await reportedVersion(core, registration);
  const { version = "", failure } = reported;
  if (requested !== "" && version !== "" && version !== requested) {
    throw new ApiError(
      400,
      `plugin version mismatch: ${name} reported version (${version}) did not match requested version (${requested})`,
    );
  }
  core.catalog.put({ ...registration, version: requested || canonical(version) });
  if (failure === undefined) return noContent;
  return { data: null, warnings: [`registered, but the plugin does not start: ${failure}`], mountType: "system" };
}

/** Vault registers a plugin that does not start, too. */
async function reportedVersion(
  core: Core,
  registration: Omit<Registration, "version">,
): Promise<{ readonly version?: string; readonly failure?: string }> {
  try {
    return { version: await runningVersion(core, registration) };
  } catch (error) {
    core.log("warn", "the plugin did not start", { plugin: registration.name, error: messageOf(error) });
    return { failure: messageOf(error) };
  }
}

function refuse(error: unknown): never {
  if (error instanceof PluginFailure) throw new ApiError(400, error.message, { cause: error });
  throw error;
}

function environmentFrom(settings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    settings.map((setting) => {
      const at = setting.indexOf("=");
      if (at < 1) throw new ApiError(400, "env must be a list of NAME=value");
      return [setting.slice(0, at), setting.slice(at + 1)];
    }),
  );
}

function readPlugin(call: ApiCall, type = "", name = ""): Logical {
  const found = type === "secret" ? call.core.catalog.get(name, versionOf(call)) : undefined;
  if (found === undefined) throw new ApiError(404);
  const { command, args, sha256, version } = found;
  return { data: { args, builtin: false, command, name, sha256, version }, mountType: "system" };
}

function versionOf({ request }: ApiCall): string {
  return request.query.get("version") ?? textField(bodyOf(request), "version");
}

function listAll({ core }: ApiCall): Logical {
  const detailed = core.catalog.list().map(({ name, sha256, version }) => {
    return { builtin: false, name, sha256, type: "secret", version };
  });
  const secret = [...new Set(detailed.map(({ name }) => name))];
  return { data: { auth: [], database: [], secret, detailed }, mountType: "system" };
}

function listOfType({ core }: ApiCall, type = ""): Logical {
  const found = type === "secret" ? core.catalog.list() : [];
  const keys = [...new Set(found.map(({ name }) => name))];
  if (keys.length === 0) throw new ApiError(404);
  return { data: { keys }, mountType: "system" };
}

async function reloadBackends({ core, request }: ApiCall): Promise<Logical> {
  const fields = bodyOf(request);
  const plugin = textField(fields, "plugin");
  const paths = listField(fields, "mounts");
  if (plugin !== "" && paths.length > 0) throw new ApiError(400, "plugin and mounts cannot be set at the same time");
  if (plugin === "" && paths.length === 0) throw new ApiError(400, "plugin or mounts must be provided");
  const mounts = paths.flatMap((path) => {
    const mount = core.mounts.at(path);
    if (mount === undefined) throw new ApiError(400, `cannot reload: nothing is mounted at ${path}`);
    return [mount];
  });
  return reload(core, plugin === "" ? mounts : mountsOf(core, plugin));
}

function mountsOf(core: Core, plugin: string): Mount[] {
  return core.mounts.list().filter(({ type }) => type === plugin);
}

async function reload(core: Core, mounts: readonly Mount[]): Promise<Logical> {
  await core.mounts.reload(mounts);
  const warnings = mounts.length === 0 ? ["no plugins were reloaded"] : [];
  return { data: { reload_id: crypto.randomUUID() }, warnings, mountType: "system" };
}
