import { htmlAnswer, jsonAnswer } from "./http-message.ts";
import { keyIdFor } from "./identifiers.ts";
import type { Service } from "./service.ts";
import { publicJwk } from "./signing-key.ts";
import type { World } from "./world.ts";

const PATH = /^\/([\w-]+_[0-9a-zA-Z]+)\/\.well-known\/(jwks\.json|openid-configuration)$/;

export const isWellKnownPath = (path: string): boolean => PATH.test(path);

/** What a verifier of the tokens reads: the pool's public key and where it is. */
export function wellKnownService(world: World): Service {
  const refuse: Service["refuse"] = (error) => ({
    ...jsonAnswer(error.status, { message: error.message }),
    outcome: error.type,
  });
  return {
    name: "well-known",
    describe: (request) => ({ action: PATH.exec(request.path)?.[2] ?? "", poolId: PATH.exec(request.path)?.[1] }),
    noteSecrets: () => undefined,
    refuse,
    throttled: (status = 429) => ({ ...jsonAnswer(status, { message: "Too Many Requests" }), outcome: "throttled" }),
    answer(request) {
      const [, poolId = "", document] = PATH.exec(request.path) ?? [];
      const pool = world.pools.find(poolId);
      if (pool === undefined)
        return { ...htmlAnswer(404, `User pool ${poolId} does not exist.`), outcome: "not found" };
      if (document === "jwks.json") {
        return { ...jsonAnswer(200, { keys: [publicJwk(keyIdFor(pool.id))] }), outcome: "ok" };
      }
      const domain = pool.domain?.includes(".") ? pool.domain : `${pool.domain}.auth.${pool.region}.amazoncognito.com`;
      const configuration = {
        issuer: pool.issuer,
        jwks_uri: `${pool.issuer}/.well-known/jwks.json`,
        id_token_signing_alg_values_supported: ["RS256"],
        response_types_supported: ["code", "token"],
        scopes_supported: ["openid", "email", "phone", "profile"],
        subject_types_supported: ["public"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        ...(pool.domain !== undefined && { token_endpoint: `https://${domain}/oauth2/token` }),
      };
      return { ...jsonAnswer(200, configuration), outcome: "ok" };
    },
  };
}
