import { bodyText, type HttpRequest, hostName, htmlAnswer, isForm, jsonAnswer } from "./http-message.ts";
import type { Quotas } from "./quotas.ts";
import type { CallDescription, Service, ServiceAnswer } from "./service.ts";
import { ServiceError } from "./service-error.ts";
import { clientToken } from "./tokens.ts";
import type { UserPool } from "./user-pool.ts";
import type { World } from "./world.ts";

const PATH = /^(?:\/([^/]+))?\/oauth2\/token$/;

export const isTokenPath = (path: string): boolean => PATH.test(path);

interface ClientCredentials {
  readonly id: string;
  /** The readings of what was sent, any of which may be meant. */
  readonly secrets: readonly string[];
}

/** The OAuth 2.0 token endpoint of every pool's domain: the client credentials grant. */
export function tokenService(world: World, quotas: Quotas): Service {
  const refuse = (error: ServiceError): ServiceAnswer => {
    const description = error.message === "" ? {} : { error_description: error.message };
    const answer = jsonAnswer(error.status, { error: error.type, ...description }, "application/json;charset=UTF-8");
    return { ...answer, outcome: error.type };
  };

  function run(request: HttpRequest): unknown {
    if (request.method !== "POST") throw new ServiceError("invalid_request", "", 405);
    if (!isForm(request)) throw new ServiceError("invalid_request", "");
    const form = parametersOf(request);
    const credentials = credentialsOf(request, form);
    const grant = form.get("grant_type");
    if (grant === null) throw new ServiceError("invalid_request", "");
    if (grant !== "client_credentials") throw new ServiceError("unsupported_grant_type", "");
    const found = findClient(world, request, credentials.id);
    if (
      found === undefined ||
      found.client.secret === undefined ||
      !credentials.secrets.includes(found.client.secret)
    ) {
      throw new ServiceError("invalid_client", "");
    }
    const { pool, client } = found;
    if (!client.oauthFlows.includes("client_credentials")) throw new ServiceError("unauthorized_client", "");
    if (!quotas.admit("ClientAuthentication", pool.accountId, pool.region)) throw new ServiceError("throttled", "");
    const scopes = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
    if (scopes.some((scope) => !client.scopes.includes(scope))) throw new ServiceError("invalid_scope", "");
    const granted = scopes.length > 0 ? scopes : client.scopes;
    const token = clientToken(pool, client, granted, world.identifiers, world.clock.now());
    const body = { access_token: token, expires_in: client.accessTokenSeconds, token_type: "Bearer" };
    world.secrets.harvest(body);
    return body;
  }

  const throttled = (status = 429): ServiceAnswer => ({
    ...jsonAnswer(status, { message: "Too Many Requests" }),
    outcome: "throttled",
  });

  return {
    name: "token-endpoint",
    refuse,
    throttled,
    describe: (request) => describe(world, request),
    noteSecrets(request) {
      const basic = basicHeader(request);
      world.secrets.add(
        parametersOf(request).get("client_secret") ?? undefined,
        basic,
        ...(basic ? basicPair(basic).secrets : []),
      );
    },
    answer(request) {
      const host = hostName(request);
      if (host.endsWith(".amazoncognito.com") && world.pools.findByDomain(host) === undefined) {
        return { ...htmlAnswer(404, "Login pages unavailable"), outcome: "unknown domain" };
      }
      try {
        return { ...jsonAnswer(200, run(request), "application/json;charset=UTF-8"), outcome: "ok" };
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return error.type === "throttled" ? throttled() : refuse(error);
      }
    },
  };
}

/** Body first; Cognito reads what the body lacks from the query string, which is where the Go plugin puts it. */
function parametersOf(request: HttpRequest): URLSearchParams {
  const parameters = new URLSearchParams(request.query);
  for (const [name, value] of new URLSearchParams(bodyText(request))) parameters.set(name, value);
  return parameters;
}

const basicHeader = (request: HttpRequest): string | undefined =>
  /^Basic\s+(\S+)$/i.exec(request.headers["authorization"] ?? "")?.[1];

/** client_secret_basic or client_secret_post, not both at once. */
function credentialsOf(request: HttpRequest, form: URLSearchParams): ClientCredentials {
  const basic = basicHeader(request);
  const secretInForm = form.get("client_secret");
  if (basic === undefined) {
    const id = form.get("client_id");
    if (id === null || id === "") throw new ServiceError("invalid_request", "");
    return { id, secrets: secretInForm === null ? [] : [secretInForm] };
  }
  if (secretInForm !== null) throw new ServiceError("invalid_request", "");
  const pair = basicPair(basic);
  const id = form.get("client_id");
  if (id !== null && id !== pair.id) throw new ServiceError("invalid_request", "");
  return pair;
}

function basicPair(basic: string): ClientCredentials {
  const [, id = "", secret = ""] = /^([^:]*):(.*)$/.exec(Buffer.from(basic, "base64").toString()) ?? [];
  return { id: formDecoded(id), secrets: [secret, formDecoded(secret)] };
}

/** RFC 6749 §2.3.1 form-encodes id and secret inside the Basic header; many clients, the Go plugin among them, do not. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}

/** The pool that the host or the path names; otherwise whichever has the client, so that all can share one loopback port. */
function findClient(world: World, request: HttpRequest, clientId: string) {
  const prefix = PATH.exec(request.path)?.[1];
  const named: UserPool | undefined =
    world.pools.findByDomain(hostName(request)) ??
    world.pools.list().find((pool) => prefix !== undefined && pool.domain === prefix);
  const found = world.pools.findClient(clientId);
  return named === undefined && prefix === undefined ? found : found?.pool === named ? found : undefined;
}

function describe(world: World, request: HttpRequest): CallDescription {
  const query = new URLSearchParams(request.query);
  const form = parametersOf(request);
  const basic = basicHeader(request);
  const clientId = basic === undefined ? form.get("client_id") : basicPair(basic).id;
  const found = clientId ? world.pools.findClient(clientId) : undefined;
  return {
    action: "Token",
    clientId: clientId ?? undefined,
    poolId: found?.pool.id,
    region: found?.pool.region,
    details: {
      method: request.method,
      authentication: basic !== undefined ? "in_header" : "in_params",
      parameters: query.has("grant_type") || query.has("client_id") ? "query" : "body",
      ...(form.has("scope") && { scope: form.get("scope") ?? "" }),
    },
  };
}
