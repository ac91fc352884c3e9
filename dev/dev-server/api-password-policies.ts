import { bodyOf, noContent, type Route, textField } from "./api-call.ts";
import { ApiError } from "./api-error.ts";

export const passwordPolicyRoutes: readonly Route[] = [
  {
    pattern: /^policies\/password\/?$/,
    handlers: {
      list: ({ core }) => {
        const keys = core.passwordPolicies.names();
        if (keys.length === 0) throw new ApiError(404);
        return { data: { keys }, mountType: "system" };
      },
    },
  },
  {
    pattern: /^policies\/password\/([^/]+)\/generate$/,
    handlers: {
      read: ({ core }, name = "") => ({
        data: { password: core.passwordPolicies.generate(name) },
        mountType: "system",
      }),
    },
  },
  {
    pattern: /^policies\/password\/([^/]+)$/,
    handlers: {
      read: ({ core }, name = "") => {
        const policy = core.passwordPolicies.text(name);
        if (policy === undefined) throw new ApiError(404, "policy does not exist");
        return { data: { policy }, mountType: "system" };
      },
      update: ({ core, request }, name = "") => {
        const policy = textField(bodyOf(request), "policy");
        if (policy === "") throw new ApiError(400, "missing policy");
        core.passwordPolicies.put(name, decoded(policy));
        return noContent;
      },
      delete: ({ core }, name = "") => {
        core.passwordPolicies.delete(name);
        return noContent;
      },
    },
  },
];

/** A policy may come as base64, as Vault's command line once sent it. */
function decoded(policy: string): string {
  const isBase64 = /^[A-Za-z0-9+/\s]+={0,2}$/.test(policy) && !policy.includes("=\n");
  const text = isBase64 ? Buffer.from(policy, "base64").toString("utf8") : "";
  return text.includes("length") ? text : policy;
}
