import * as grpc from "@grpc/grpc-js";
import type { BackendFactory } from "../framework/backend.ts";
import type { Clock } from "../framework/clock.ts";
import { UnsupportedOperationError } from "../framework/errors.ts";
import type { Logger } from "../framework/logger.ts";
import type { Request } from "../framework/request.ts";
import type { Response } from "../framework/response.ts";
import type { Broker } from "../go-plugin/broker.ts";
import type { ServiceRegistry } from "../go-plugin/service-registry.ts";
import { describeThrown } from "./describe-thrown.ts";
import {
  type BackendServer,
  BackendService,
  type HandleExistenceCheckReply,
  type HandleRequestReply,
  type Request as WireRequest,
} from "./gen/backend.ts";
import type { MountedBackend } from "./mounted-backend.ts";
import { Mounts } from "./mounts.ts";
import { multiplexIdOf } from "./multiplex-id.ts";
import { registerMultiplexingService } from "./multiplexing-service.ts";
import { registerPluginVersionService } from "./plugin-version-service.ts";
import { placeOf, reportFailure } from "./report-failure.ts";
import { answerToExistenceCheck, answerToInitialize, answerToRequest, classify } from "./translate-error.ts";
import { isKnownOperation, translateRequest } from "./translate-request.ts";
import { translateResponse } from "./translate-response.ts";
import { type IncomingCall, RefusedCall, unary } from "./unary.ts";

export interface VaultServicesOptions {
  /** Makes the backend of one mount. At registration the host offers neither storage nor system view yet. */
  readonly factory: BackendFactory;
  /** Semantic version of this build, without the "v". */
  readonly version: string;
  /**
   * Whether the host is told the version when the plugin is registered. A host then refuses another `-version`, and files a
   * plugin that is registered without one under the version it was told: beside an entry that was made when it told none, or
   * another, and mounts of that entry never get to it.
   */
  readonly tellsVersion: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The host only wants to know type and version: requests are refused. See `isMetadataMode`. */
  readonly metadataMode: boolean;
}

/** logical/logical.go BackendType: a secrets engine. */
const secretsEngine = 1;

/**
 * Offers a backend to a host: every mount that the host puts on this process, with version and multiplexing support. Returns what
 * ends the work of all of them.
 */
export function registerVaultServices(
  server: ServiceRegistry,
  broker: Broker,
  options: VaultServicesOptions,
): () => Promise<void> {
  const { factory, version, clock, logger } = options;
  const mounts = new Mounts({ broker, factory, version, clock, logger });
  registerMultiplexingService(server, options.logger);
  registerPluginVersionService(server, options);
  server.addService(BackendService, backendServer(mounts, options));
  return () => mounts.close();
}

function backendServer(mounts: Mounts, { clock, logger, metadataMode }: VaultServicesOptions): BackendServer {
  const mountOf = ({ metadata }: IncomingCall) => mounts.find(multiplexIdOf(metadata));
  const workingMountOf = (call: IncomingCall) => {
    const mount = mountOf(call);
    if (metadataMode) throw new RefusedCall(grpc.status.FAILED_PRECONDITION, "the plugin runs in metadata mode");
    return mount;
  };

  return {
    setup: unary(logger, async (args, { metadata, abort }) => ({
      err: await mounts.setUp(multiplexIdOf(metadata), args, abort),
    })),

    type: unary(logger, async (_, call) => {
      mountOf(call);
      return { type: secretsEngine };
    }),

    specialPaths: unary(logger, async (_, call) => {
      const { root, unauthenticated, localStorage, sealWrapStorage } = mountOf(call).backend.specialPaths;
      return {
        paths: {
          root: [...root],
          unauthenticated: [...unauthenticated],
          local_storage: [...localStorage],
          seal_wrap_storage: [...sealWrapStorage],
          write_forwarded_storage: [],
          binary: [],
          limited: [],
          allow_snapshot_read: [],
        },
      };
    }),

    initialize: unary(logger, async (_, call) => {
      const mount = workingMountOf(call);
      try {
        await mount.run(call.abort, async () => mount.backend.initialize());
        return { err: undefined };
      } catch (thrown) {
        const failure = classify(thrown);
        reportFailure(mount.logger, "initializing failed", thrown, failure, call.abort.signal);
        return { err: answerToInitialize(failure) };
      }
    }),

    handleRequest: unary(logger, async ({ request }, call) => {
      const mount = workingMountOf(call);
      return mount.run(call.abort, () => handleRequest(mount, requiredRequest(request), call, clock));
    }),

    handleExistenceCheck: unary(logger, async ({ request }, call) => {
      const mount = workingMountOf(call);
      return mount.run(call.abort, () => handleExistenceCheck(mount, requiredRequest(request), call));
    }),

    invalidateKey: unary(logger, async ({ key }, call) => {
      const mount = workingMountOf(call);
      try {
        await mount.run(call.abort, async () => mount.backend.invalidate(key));
      } catch (thrown) {
        // The host does not look at the answer.
        reportFailure(mount.logger, "forgetting a storage key failed", thrown, classify(thrown), call.abort.signal);
      }
      return {};
    }),

    cleanup: unary(logger, async (_, { metadata }) => {
      await mounts.cleanUp(multiplexIdOf(metadata));
      return {};
    }),
  };
}

async function handleRequest(
  mount: MountedBackend,
  wire: WireRequest,
  { abort: { signal }, whenAnswerIsLost }: IncomingCall,
  clock: Clock,
): Promise<HandleRequestReply> {
  const { operation } = wire;
  // An operation from a newer host, which no path can have.
  if (!isKnownOperation(operation)) return answerToRequest(classify(new UnsupportedOperationError()), "read");
  const request = translateRequest(wire, operation, signal);
  let response: Response | undefined;
  try {
    response = await mount.backend.handle(request);
    const reply = response === undefined ? undefined : translateResponse(response, clock.now());
    if (response?.takeBack !== undefined) whenAnswerIsLost(takingBack(mount, request, response.takeBack));
    return { response: reply, err: undefined };
  } catch (thrown) {
    if (response?.takeBack !== undefined) await takingBack(mount, request, response.takeBack)();
    const failure = classify(thrown);
    reportFailure(mount.logger, "a request failed", thrown, failure, signal, request);
    return answerToRequest(failure, operation);
  }
}

/** Never rejects. Holds nothing of the answer, since it lives for a while after it. */
function takingBack(mount: MountedBackend, request: Request, takeBack: () => Promise<void>): () => Promise<void> {
  const place = placeOf(request);
  return async () => {
    try {
      await mount.run(new AbortController(), takeBack);
    } catch (thrown) {
      mount.logger.error("what an answer gave out, and nobody got, could not be taken back", {
        ...place,
        error: describeThrown(thrown),
      });
    }
  };
}

async function handleExistenceCheck(
  mount: MountedBackend,
  wire: WireRequest,
  { abort: { signal } }: IncomingCall,
): Promise<HandleExistenceCheckReply> {
  if (!isKnownOperation(wire.operation)) return { check_found: false, exists: false, err: undefined };
  const request = translateRequest(wire, wire.operation, signal);
  try {
    const exists = await mount.backend.exists(request);
    return { check_found: exists !== undefined, exists: exists === true, err: undefined };
  } catch (thrown) {
    const failure = classify(thrown);
    reportFailure(mount.logger, "an existence check failed", thrown, failure, signal, request);
    return { check_found: false, exists: false, err: answerToExistenceCheck(failure) };
  }
}

function requiredRequest(request: WireRequest | undefined): WireRequest {
  if (request === undefined) throw new RefusedCall(grpc.status.INVALID_ARGUMENT, "the call carries no request");
  return request;
}
