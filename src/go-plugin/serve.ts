import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { autoMtls } from "./auto-mtls.ts";
import { type Broker, createBroker } from "./broker.ts";
import { CannotServe } from "./cannot-serve.ts";
import { controller } from "./controller.ts";
import { GRPCBrokerService } from "./gen/broker.ts";
import { GRPCControllerService } from "./gen/controller.ts";
import { HealthService } from "./gen/health.ts";
import { GRPCStdioService } from "./gen/stdio.ts";
import { guardOutput } from "./guard-output.ts";
import { type Environment, type HostRequest, handshakeLine, type MagicCookie, readHostRequest } from "./handshake.ts";
import type { Logger } from "./hclog.ts";
import { health } from "./health.ts";
import { HostServer } from "./host-server.ts";
import { watchParent } from "./parent-watch.ts";
import { guardProcess } from "./process-guard.ts";
import { selfSignedCertificate } from "./self-signed-certificate.ts";
import type { ServiceRegistry } from "./service-registry.ts";
import { makeSocketFolder } from "./socket-folder.ts";
import { stdio } from "./stdio.ts";

export interface ServeOptions {
  readonly cookie: MagicCookie;
  /** The application's protocol version, which a host must offer. */
  readonly protocolVersion: number;
  /** Of the process: what the host asks for, and where temporary files go. */
  readonly environment: Environment;
  /** Writes to stderr, in lines of the host's format: see `hclog` and `lineWriter`. */
  readonly logger: Logger;
  /** What the log may say of an error that nobody caught: its message may quote a secret. */
  readonly describe: (thrown: unknown) => string;
  /**
   * Adds the services of the plugin. Called once, before the host can connect. Returns what ends the work under way when the host
   * stops the plugin: there is a moment for it.
   */
  readonly register: (server: ServiceRegistry, broker: Broker) => () => Promise<unknown>;
}

export type ServeOutcome =
  /** The host was told where to connect. From here on the process is its: it ends when the host wants or is gone. */
  | { readonly kind: "serving" }
  /** No host of this kind of plugin started the process: tell the person on stderr what it is for, and exit with 1. */
  | { readonly kind: "no-cookie" }
  /** The plugin cannot run here. Log `reason`, a sentence for the operator, and exit with 1. */
  | { readonly kind: "refused"; readonly reason: string };

const stdoutDescriptor = 1;

/** How long the answer to the host's request to stop has to leave the process. Milliseconds. */
const answerTime = 20;

/** A host kills what has not ended 2 seconds after its request (go-plugin client.go: Kill). Milliseconds. */
const endingTime = 1_500;

/**
 * Makes this process a go-plugin plugin: shakes hands with the host that started it and serves gRPC over mutual TLS
 * until the host stops it (go-plugin server.go: Serve). Takes over the process when it serves: signals, console, stdout
 * and uncaught errors. Nothing is written to stdout but the handshake.
 * @throws what `register` throws.
 */
export async function serve(options: ServeOptions): Promise<ServeOutcome> {
  try {
    const request = readHostRequest(options.environment, options.cookie, options.protocolVersion);
    if (request === undefined) {
      return { kind: "no-cookie" };
    }
    await start(options, request);
    return { kind: "serving" };
  } catch (error) {
    if (error instanceof CannotServe) {
      return { kind: "refused", reason: error.message };
    }
    throw error;
  }
}

async function start(options: ServeOptions, request: HostRequest): Promise<void> {
  const { environment, logger, describe, protocolVersion } = options;
  guardOutput({ console, stdout: process.stdout, stderr: process.stderr }, logger);
  const folder = makeSocketFolder(environment);
  process.on("exit", folder.remove);
  const end = (why: string): void => {
    logger.debug(why);
    process.exit(0);
  };
  const hostGone = (): void => end("the host is gone: ending");
  const parent = watchParent(() => process.ppid, hostGone);
  const server = new HostServer();
  try {
    const identity = selfSignedCertificate(new Date());
    const mtls = autoMtls(identity, request.hostCertificate);
    const { broker, service } = createBroker(mtls.client, logger, parent.check);
    const stopped = async (): Promise<void> => {
      await Promise.race([Promise.all([sleep(answerTime), endWork()]), sleep(endingTime)]);
      end("stopped by the host: ending");
    };
    server.addService(GRPCBrokerService, service);
    server.addService(GRPCStdioService, stdio);
    server.addService(
      GRPCControllerService,
      controller(() => void stopped()),
    );
    server.addService(HealthService, health);
    const endWork = options.register(server, broker);
    await server.listen(folder.socketPath, mtls.server);
    folder.share();
    guardProcess(process, logger, describe, end);
    writeSync(stdoutDescriptor, handshakeLine({ ...request, protocolVersion, ...folder, ...identity }));
  } catch (error) {
    parent.stop();
    server.close();
    folder.remove();
    throw error;
  }
}
