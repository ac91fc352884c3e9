import { randomBytes } from "node:crypto";
import { CallLog, type RecordedCall } from "./call-log.ts";
import { type Clock, systemClock } from "./clock.ts";
import { answerControl, isControlPath } from "./control.ts";
import { Faults } from "./faults.ts";
import { handleCall, type Outcome } from "./handle-call.ts";
import { type HttpRequest, isForm } from "./http-message.ts";
import { createIdentifiers, keyIdFor, type RandomBytes } from "./identifiers.ts";
import {
  type AccessKeyOptions,
  type Credential,
  createIdentityStore,
  type Role,
  type RoleOptions,
  type RoleSession,
} from "./identity-store.ts";
import { type Listener, listen, type TlsIdentity } from "./listener.ts";
import type { PoolOptions } from "./pool-options.ts";
import { Quotas } from "./quotas.ts";
import { createSecretsSeen } from "./secrets-seen.ts";
import type { Service } from "./service.ts";
import { cognitoService } from "./service-cognito.ts";
import { stsService, WEB_IDENTITY_ISSUER } from "./service-sts.ts";
import { isTokenPath, tokenService } from "./service-token.ts";
import { isWellKnownPath, wellKnownService } from "./service-well-known.ts";
import { signJwt } from "./signing-key.ts";
import type { UserPool } from "./user-pool.ts";
import { PoolDirectory, type World } from "./world.ts";

export interface CognitoEmulatorOptions {
  /** Port of the plain HTTP listener on 127.0.0.1; any free one when left out or 0. */
  readonly port?: number;
  /** A second listener, over TLS, for clients that insist on it. */
  readonly tls?: TlsIdentity & { readonly port?: number };
  /** The time of everything issued here: tokens, sessions, temporary credentials, quotas. */
  readonly clock?: Clock;
  /**
   * The time that signing dates are compared with (and the Date header). Apart from `clock`, because a test moves that
   * one while AWS's SDKs sign with the system's.
   */
  readonly signatureClock?: Clock;
  readonly randomBytes?: RandomBytes;
  readonly pools?: readonly PoolOptions[];
}

export interface WebIdentityOptions {
  readonly subject: string;
  readonly audience: string;
  /** 3600 when left out. */
  readonly lifeSeconds?: number;
}

export interface CognitoEmulator {
  /** `http://127.0.0.1:<port>`: endpoint of Cognito and STS, and `cognito_pool_domain` of every pool. */
  readonly url: string;
  readonly port: number;
  /** Undefined without the `tls` option. */
  readonly tlsPort: number | undefined;
  /** An access key of account 123456789012 that may do everything. */
  readonly credential: Credential;
  readonly faults: Faults;
  readonly quotas: Quotas;
  readonly calls: readonly RecordedCall[];
  /** What AssumeRole and AssumeRoleWithWebIdentity made. */
  readonly roleSessions: readonly RoleSession[];
  createPool(options?: PoolOptions): UserPool;
  /** Throws when there is no such pool. */
  pool(id: string): UserPool;
  pools(): readonly UserPool[];
  deletePool(id: string): void;
  createAccessKey(options?: AccessKeyOptions): Credential;
  /** From now on the key is as unknown as one that never was. */
  deleteAccessKey(accessKeyId: string): void;
  createRole(options: RoleOptions): Role;
  /** A token for AssumeRoleWithWebIdentity, as an OIDC provider would issue it. */
  webIdentityToken(options: WebIdentityOptions): string;
  /** Every password, client secret, token, session string and secret key known here: what must not stand in a log. */
  secretsSeen(): readonly string[];
  /** Drops recorded calls and secrets seen so far; long benchmarks need it. */
  forget(): void;
  /** Ends the listeners and cuts connections: from then on they are refused. What hangs in a fault never takes place. */
  close(): Promise<void>;
}

/** Starts an emulator of Amazon Cognito user pools, their token endpoint and STS on the loopback interface. */
export async function startCognitoEmulator(options: CognitoEmulatorOptions = {}): Promise<CognitoEmulator> {
  const clock = options.clock ?? systemClock;
  const identifiers = createIdentifiers(options.randomBytes ?? ((size) => randomBytes(size)));
  const pools = new PoolDirectory(identifiers, clock);
  const identities = createIdentityStore(identifiers);
  const secrets = createSecretsSeen();
  const world: World = {
    clock,
    signatureClock: options.signatureClock ?? systemClock,
    identifiers,
    identities,
    pools,
    secrets,
  };
  const quotas = new Quotas(clock);
  const faults = new Faults();
  const log = new CallLog(clock);
  const services = {
    cognito: cognitoService(world, quotas),
    sts: stsService(world, quotas),
    token: tokenService(world, quotas),
    wellKnown: wellKnownService(world),
  };

  const serviceFor = (request: HttpRequest): Service | undefined => {
    if (isTokenPath(request.path)) return services.token;
    if (isWellKnownPath(request.path)) return services.wellKnown;
    if (request.path !== "/") return undefined;
    if (request.headers["x-amz-target"] !== undefined) return services.cognito;
    return isForm(request) || new URLSearchParams(request.query).has("Action") ? services.sts : undefined;
  };

  const credential = identities.createAccessKey();
  for (const pool of options.pools ?? []) pools.create(pool);

  const secretsSeen = (): readonly string[] => {
    const clientSecrets = pools.list().flatMap((pool) => pool.clients().map((client) => client.secret));
    secrets.add(...clientSecrets, ...identities.secrets());
    return secrets.list();
  };
  const control = { pools, faults, quotas, log, secretsSeen };

  const handle = async (request: HttpRequest): Promise<Outcome> => {
    if (isControlPath(request.path))
      return { kind: "answer", answer: { ...answerControl(request, control), outcome: "ok" } };
    const service = serviceFor(request);
    if (service === undefined) return { kind: "answer", answer: { ...nothingHere(), outcome: "not found" } };
    return handleCall(request, service, faults, log);
  };

  const listening = { clock: world.signatureClock, requestId: identifiers.uuid, handle };
  const plain = await listen({ ...listening, port: options.port ?? 0 });
  let secure: Listener | undefined;
  if (options.tls !== undefined) {
    const { key, cert, port = 0 } = options.tls;
    secure = await listen({ ...listening, port, tls: { key, cert } }).catch(async (error) => {
      await plain.close();
      throw error;
    });
  }

  return {
    url: `http://127.0.0.1:${plain.port}`,
    port: plain.port,
    tlsPort: secure?.port,
    credential,
    faults,
    quotas,
    calls: log.calls,
    roleSessions: identities.sessions,
    createPool: (poolOptions = {}) => pools.create(poolOptions),
    pool(id) {
      const pool = pools.find(id);
      if (pool === undefined) throw new Error(`the emulator has no user pool ${id}`);
      return pool;
    },
    pools: () => pools.list(),
    deletePool: (id) => pools.delete(id),
    createAccessKey: (keyOptions) => identities.createAccessKey(keyOptions),
    deleteAccessKey: (accessKeyId) => identities.deleteAccessKey(accessKeyId),
    createRole: (roleOptions) => identities.createRole(roleOptions),
    webIdentityToken({ subject, audience, lifeSeconds = 3600 }) {
      const now = Math.floor(clock.now() / 1000);
      const claims = { iss: WEB_IDENTITY_ISSUER, sub: subject, aud: audience, iat: now, exp: now + lifeSeconds };
      const token = signJwt(keyIdFor(WEB_IDENTITY_ISSUER), claims);
      secrets.add(token);
      return token;
    },
    secretsSeen,
    forget() {
      log.clear();
      secrets.clear();
    },
    async close() {
      await Promise.all([plain.close(), secure?.close()]);
    },
  };
}

const nothingHere = () => ({
  status: 404,
  headers: { "content-type": "text/plain" },
  body: "This is an emulator of Amazon Cognito and STS. Point an AWS client's endpoint at it, or see /_emulator/state.\n",
});
