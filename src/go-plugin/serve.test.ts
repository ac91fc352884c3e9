import { describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { type ClientHttp2Session, constants } from "node:http2";
import { connect, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { GRPCControllerClient } from "./gen/controller.ts";
import {
  type HealthCheckResponse,
  HealthClient,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from "./gen/health.ts";
import { GRPCStdioClient } from "./gen/stdio.ts";
import { selfSignedCertificate } from "./self-signed-certificate.ts";
import { resetFrame } from "./testing/reset-frame.ts";
import { pem, TestHost } from "./testing/test-host.ts";

const doomedHost = join(import.meta.dirname, "testing/doomed-host.ts");

const foreign = selfSignedCertificate(new Date(), "P-521");

function messages(host: TestHost): string[] {
  return host.log.map((line) => JSON.parse(line)["@message"]);
}

/** A host stops its plugin in the middle of whatever goes on. */
async function shutDown(host: TestHost): Promise<void> {
  const client = await host.connect(GRPCControllerClient);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.shutdown({}, (error) => (error === null ? resolve() : reject(error)));
  await promise;
}

/** The message of what went wrong. `expect().rejects` would stop the event loop that the other side needs. */
function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "nothing went wrong",
    (error) => error.message,
  );
}

/** Speaks to a socket that will be closed by its owner, and returns the last error seen until then. */
function untilClosed(socket: Socket): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let last = "none";
  socket.on("error", (error) => {
    last = error.message;
  });
  socket.on("close", () => resolve(last));
  socket.resume();
  return promise;
}

/** Asks the toy, and reads the answer to its end. Returns the number of the stream. */
async function echoWatched(session: ClientHttp2Session): Promise<number> {
  const stream = session.request({
    ":method": "POST",
    ":path": "/toy.Toy/EchoWatched",
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.end(Buffer.from([0, 0, 0, 0, 2, 0x68, 0x69]));
  stream.resume();
  await once(stream, "end");
  return stream.id ?? 0;
}

function knock(options: ConnectionOptions & { path: string }): Promise<string> {
  const socket = connectTls({ rejectUnauthorized: false, ALPNProtocols: ["h2"], ...options });
  socket.on("secureConnect", () => socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  return untilClosed(socket);
}

describe("starting", () => {
  test("a host learns from one line where to connect, and the two talk over mutual TLS", async () => {
    await using host = new TestHost();
    const fields = await host.handshake();
    expect(fields.slice(0, 3)).toEqual(["1", "5", "unix"]);
    expect(fields[3]).toStartWith(host.folder);
    expect(fields[4]).toBe("grpc");
    expect(fields[5]).toMatch(/^[A-Za-z0-9+/]+$/);
    expect(fields).toHaveLength(6);
    const toy = await host.toy();
    expect(await toy.ask("echo", "hello")).toBe("hello");
    expect(host.output).toHaveLength(1);
  });

  test("a person who runs the plugin is told what it is, and nothing is on stdout", async () => {
    await using host = new TestHost({ TOY_PLUGIN: undefined });
    expect(await host.exited).toEqual({ code: 1, signal: null });
    expect(messages(host)).toEqual(["this is a plugin, run by its host"]);
    expect(host.output).toEqual([]);
    expect(host.pluginFolders()).toEqual([]);
  });

  const refusals = [
    {
      what: "a host that only speaks other versions of the protocol",
      environment: { PLUGIN_PROTOCOL_VERSIONS: "4,3" },
      reason: "the host offers plugin protocol version 4,3, but this plugin speaks version 5 only",
    },
    {
      what: "a host without a certificate",
      environment: { PLUGIN_CLIENT_CERT: undefined },
      reason: "the host gave no certificate (PLUGIN_CLIENT_CERT): this plugin serves hosts with AutoMTLS only",
    },
    {
      what: "a certificate that is none",
      environment: { PLUGIN_CLIENT_CERT: "-----BEGIN CERTIFICATE-----" },
      reason: "what the host gave as its certificate (PLUGIN_CLIENT_CERT) is not a certificate in PEM",
    },
    {
      what: "a group for the socket that there is not",
      environment: { PLUGIN_UNIX_SOCKET_GROUP: "no such group" },
      reason: "there is no group named no such group (PLUGIN_UNIX_SOCKET_GROUP)",
    },
  ];
  for (const { what, environment, reason } of refusals) {
    test(`${what} is refused at once with a sentence in its log`, async () => {
      await using host = new TestHost(environment);
      expect(await host.exited).toEqual({ code: 1, signal: null });
      expect(messages(host)).toEqual([reason]);
      expect(host.output).toEqual([]);
      expect(host.pluginFolders()).toEqual([]);
    });
  }

  test("a host that wants one socket for all connections is told that there is none", async () => {
    await using host = new TestHost({ PLUGIN_MULTIPLEX_GRPC: "true" });
    expect((await host.handshake()).slice(6)).toEqual(["false"]);
  });
});

describe("a connected host", () => {
  test("finds its plugin well, and an unknown service unknown", async () => {
    await using host = new TestHost();
    const client = await host.connect(HealthClient);
    const check = (service: string): Promise<HealthCheckResponse> => {
      const { promise, resolve, reject } = Promise.withResolvers<HealthCheckResponse>();
      client.check({ service }, (error, response) => (error === null ? resolve(response) : reject(error)));
      return promise;
    };
    expect(await check("plugin")).toEqual({ status: ServingStatus.SERVING });
    expect(await check("")).toEqual({ status: ServingStatus.SERVING });
    expect(await failure(check("other"))).toContain("5 NOT_FOUND: unknown service");
    const watch = client.watch({ service: "plugin" });
    watch.on("error", () => {});
    const first = Promise.withResolvers<HealthCheckResponse>();
    watch.on("data", first.resolve);
    expect(await first.promise).toEqual({ status: ServingStatus.SERVING });
    watch.cancel();
  });

  test("sends and gets messages of 8 MiB", async () => {
    await using host = new TestHost();
    const toy = await host.toy();
    const message = Buffer.alloc(8 * 1024 * 1024, "8 MiB ");
    expect((await toy.start("echo", message).answer).equals(message)).toBeTrue();
  });

  test("cancels thousands of calls, and none of the others on the connection fails", async () => {
    await using host = new TestHost();
    const toy = await host.toy();
    const before = toy.start("hang", "");
    const lost: unknown[] = [];
    before.answer.catch((error) => lost.push(error));
    for (let round = 0; round < 60; round += 1) {
      const cancelled = Array.from({ length: 50 }, () => toy.start("hang", ""));
      const kept = Array.from({ length: 20 }, (_, number) => toy.ask("echo", `${number}`));
      expect((await Promise.all(kept)).length).toBe(20);
      for (const call of cancelled) {
        call.answer.catch(() => {});
        call.cancel();
      }
    }
    expect(await toy.ask("echo", "after the storm")).toBe("after the storm");
    expect(lost).toEqual([]);
    expect(await toy.ask("hanging", "")).toBe("3001 3000");
  });

  test("tells its plugin of an answer that the host gave up before it had read it", async () => {
    await using host = new TestHost();
    const toy = await host.toy();
    const { session, socket } = await host.connectHttp2();
    const fine = await echoWatched(session);
    const unneeded = await echoWatched(session);
    const lost = await echoWatched(session);
    expect(await toy.ask("lost", "")).toBe("0");
    socket.write(resetFrame(unneeded, constants.NGHTTP2_NO_ERROR));
    socket.write(resetFrame(lost, constants.NGHTTP2_CANCEL));
    while ((await toy.ask("lost", "")) === "0");
    // The same once more, and of a stream that has no watch.
    socket.write(resetFrame(lost, constants.NGHTTP2_CANCEL));
    socket.write(resetFrame(9999, constants.NGHTTP2_CANCEL));
    socket.write(resetFrame(fine, constants.NGHTTP2_CANCEL));
    while ((await toy.ask("lost", "")) === "1");
    expect(await toy.ask("lost", "")).toBe("2");
  });

  test("is not harmed by what the plugin's code prints", async () => {
    await using host = new TestHost();
    const toy = await host.toy();
    await toy.ask("misbehave", "print to stdout");
    await toy.ask("misbehave", "print JSON to stderr");
    expect(host.output).toHaveLength(1);
    const [printed, long, json] = (await host.logged(3)).map((line) => line["@message"]);
    expect(printed).toBe("printed by a library");
    expect(long).toMatch(/^x{8000}… \(92000 more characters\)$/);
    expect(json).toBe('{"@message": 1, "@level": 2, "@timestamp": 3}');
  });

  test("keeps its plugin when the plugin's code fails unseen, and finds it in the log", async () => {
    await using host = new TestHost();
    const toy = await host.toy();
    await toy.ask("misbehave", "throw later");
    await toy.ask("misbehave", "reject unseen");
    await toy.ask("misbehave", "reject with a secret");
    expect(await toy.ask("echo", "still here")).toBe("still here");
    const logged = await host.logged(3);
    expect(logged.map((line) => [line["@level"], line["@message"], line["error"]])).toEqual([
      ["error", "an error was not caught", "Error"],
      ["error", "a rejection was not handled", "TypeError"],
      ["error", "a rejection was not handled", "string"],
    ]);
    expect(logged[0]?.["stack"]).toContain("toy-plugin.ts");
    expect(JSON.stringify(logged)).not.toContain("hunter2");
  });
});

describe("somebody else", () => {
  test("is not let in, whatever the environment says about whom to trust", async () => {
    await using files = new TestHost({ TOY_PLUGIN: undefined });
    const trusted = join(files.folder, "trusted.pem");
    writeFileSync(trusted, pem(foreign));
    await using host = new TestHost({
      NODE_EXTRA_CA_CERTS: trusted,
      SSL_CERT_FILE: trusted,
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
    });
    const stranger = await host.toy(foreign);
    expect(await failure(stranger.ask("echo", "hello"))).toContain("14 UNAVAILABLE");
    const [, , , path = ""] = await host.handshake();
    expect(await knock({ path })).toContain("CERTIFICATE_REQUIRED");
    const keys = { key: host.identity.privateKey, cert: pem(host.identity) };
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1" } as const;
    expect(await knock({ path, ...keys, ...old })).toContain("PROTOCOL_VERSION");
    expect(await (await host.toy()).ask("echo", "hello")).toBe("hello");
  });

  test("cannot answer in the host's place behind the broker", async () => {
    await using host = new TestHost({ NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    const toy = await host.toy();
    await host.openBroker();
    host.offer(1, "unix", await host.listen("unix", foreign));
    expect(await failure(toy.ask("askHost", "1 hello"))).toContain("self signed certificate");
  });

  test("does no harm with garbage on the socket", async () => {
    await using host = new TestHost();
    const [, , , path = ""] = await host.handshake();
    for (const garbage of [
      "",
      "GET / HTTP/1.1\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      Buffer.alloc(100_000, 255),
    ]) {
      const socket = connect(path);
      socket.end(garbage);
      await untilClosed(socket);
    }
    expect(await (await host.toy()).ask("echo", "hello")).toBe("hello");
    expect(host.log).toEqual([]);
  });
});

describe("the broker", () => {
  for (const network of ["unix", "tcp"] as const) {
    test(`brings the plugin to what the host serves on a ${network} socket`, async () => {
      await using host = new TestHost({ https_proxy: "http://127.0.0.1:1", grpc_proxy: "http://127.0.0.1:1" });
      const toy = await host.toy();
      await host.openBroker();
      const named = toy.ask("askHost", "1 asked-first");
      await toy.ask("echo", "so that the question is there before the name");
      host.offer(1, network, await host.listen(network));
      expect(await named).toBe("asked-first");
      host.offer(2, network, await host.listen(network));
      expect(await toy.ask("askHost", "2 named-first")).toBe("named-first");
    });
  }

  test("names the network it cannot use", async () => {
    await using host = new TestHost();
    const toy = await host.toy();
    await host.openBroker();
    host.offer(1, "udp", "127.0.0.1:1");
    expect(await failure(toy.ask("askHost", "1 x"))).toContain("connection 1 on an unknown network (udp)");
  });

  test("ends its stream when the host does", async () => {
    await using host = new TestHost();
    const stream = await host.openBroker();
    const status = once(stream, "status");
    stream.resume();
    stream.end();
    expect((await status)[0].code).toBe(0);
  });
});

describe("the end", () => {
  test("comes when the host says so and the work under way has ended, whatever is going on, and leaves nothing behind", async () => {
    await using host = new TestHost();
    const toy = await host.toy();
    await host.openBroker();
    (await host.connect(GRPCStdioClient))
      .streamStdio({})
      .on("error", () => {})
      .resume();
    const running = Array.from({ length: 50 }, () => toy.start("hang", "").answer.catch(() => "failed"));
    await toy.ask("echo", "so that the others are under way");
    const asked = performance.now();
    await shutDown(host);
    expect(await host.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - asked).toBeLessThan(1_000);
    expect(messages(host)).toContain("the work under way has ended");
    expect(await Promise.all(running)).toEqual(Array(50).fill("failed"));
    expect(host.pluginFolders()).toEqual([]);
  });

  test("does not come with Ctrl-C in the host's terminal, nor with signals that tell the host to reload or dump", async () => {
    await using host = new TestHost();
    const toy = await host.toy();
    for (const signal of ["SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const) {
      host.plugin.kill(signal);
      expect(await toy.ask("echo", signal)).toBe(signal);
    }
  });

  test("is clean with SIGTERM", async () => {
    await using host = new TestHost();
    await host.handshake();
    expect(host.pluginFolders()).toHaveLength(1);
    host.plugin.kill("SIGTERM");
    expect(await host.exited).toEqual({ code: 0, signal: null });
    expect(host.pluginFolders()).toEqual([]);
  });

  test("does not come because a host connects anew", async () => {
    await using host = new TestHost();
    const toy = await host.toy();
    const stream = await host.openBroker();
    await toy.ask("echo", "connected");
    const gone = Promise.withResolvers<unknown>();
    stream.on("status", gone.resolve);
    host.disconnect();
    await gone.promise;
    expect(await (await host.toy()).ask("echo", "again")).toBe("again");
    expect(host.plugin.exitCode).toBeNull();
  });

  for (const [what, ...mode] of [["is killed"], ["is killed before it ever connected", "--deaf"]] as const) {
    test(`comes soon after the host ${what}, and leaves nothing behind`, async () => {
      const host = spawn(process.execPath, [doomedHost, ...mode], { stdio: ["ignore", "pipe", "pipe"] });
      let log = "";
      host.stderr.on("data", (data) => {
        log += data;
      });
      const pluginGone = once(host.stderr, "end");
      const [socketPath] = await once(createInterface(host.stdout), "line");
      expect(existsSync(socketPath)).toBeTrue();
      host.kill("SIGKILL");
      const killed = performance.now();
      await pluginGone;
      expect(performance.now() - killed).toBeLessThan(2_000);
      expect(existsSync(dirname(socketPath))).toBeFalse();
      expect(log).toContain("the host is gone: ending");
      rmSync(dirname(dirname(socketPath)), { recursive: true });
    });
  }
});
