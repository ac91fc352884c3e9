/** A whole plugin in one file, run by tests as a child process: the real `serve` with a service made for testing it. */
import { setTimeout as sleep } from "node:timers/promises";
import { type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import type { Broker } from "../broker.ts";
import { hclog } from "../hclog.ts";
import { lineWriter } from "../line-writer.ts";
import { whenAnswerIsLost } from "../lost-answer.ts";
import { serve } from "../serve.ts";
import type { ServiceRegistry } from "../service-registry.ts";
import { ToyHostClient, toyService } from "./toy-service.ts";

type Call = ServerUnaryCall<Buffer, Buffer>;
type Answer = sendUnaryData<Buffer>;

const misdeeds: Readonly<Record<string, () => void>> = {
  "throw later": () =>
    setTimeout(() => {
      throw new Error("hunter2 was thrown");
    }),
  "reject unseen": () => {
    void Promise.reject(new TypeError("hunter2 was rejected"));
  },
  "reject with a secret": () => {
    void Promise.reject("hunter2");
  },
  "print to stdout": () => {
    // biome-ignore lint/suspicious/noConsole: what this is for
    console.log("printed %s", "by a library");
    process.stdout.write(`${"x".repeat(100_000)}\n`);
  },
  "print JSON to stderr": () => {
    process.stderr.write('{"@message": 1, "@level": 2, "@timestamp": 3}\n');
  },
};

function register(server: ServiceRegistry, broker: Broker): () => Promise<void> {
  let began = 0;
  let cancelled = 0;
  let lost = 0;
  server.addService(toyService, {
    echo: (call: Call, answer: Answer) => answer(null, call.request),
    hang: (call: Call) => {
      began += 1;
      call.on("cancelled", () => {
        cancelled += 1;
      });
    },
    hanging: (_call: Call, answer: Answer) => answer(null, Buffer.from(`${began} ${cancelled}`)),
    echoWatched: (call: Call, answer: Answer) => {
      whenAnswerIsLost(call, () => {
        lost += 1;
      });
      answer(null, call.request);
    },
    lost: (_call: Call, answer: Answer) => answer(null, Buffer.from(`${lost}`)),
    askHost: async (call: Call, answer: Answer) => {
      const [id, text] = call.request.toString().split(" ");
      try {
        const connection = await broker.dial(Number(id));
        const host = connection.client(ToyHostClient);
        host["echo"]?.(Buffer.from(text ?? ""), (error: Error | null, reply: Buffer) => {
          connection.close();
          answer(error, reply);
        });
      } catch (error) {
        answer({ code: status.UNKNOWN, details: String(error) });
      }
    },
    misbehave: (call: Call, answer: Answer) => {
      misdeeds[call.request.toString()]?.();
      answer(null, call.request);
    },
  });
  return async () => {
    await sleep(100);
    logger.info("the work under way has ended");
  };
}

const logger = hclog({
  module: "toy",
  now: () => performance.timeOrigin + performance.now(),
  write: lineWriter(2),
});

const outcome = await serve({
  cookie: { key: "TOY_PLUGIN", value: "a cookie for toys" },
  protocolVersion: 5,
  // biome-ignore lint/style/noProcessEnv: this file is the executable that composes
  environment: process.env,
  logger,
  describe: (thrown) => (thrown instanceof Error ? thrown.name : typeof thrown),
  register,
});
if (outcome.kind === "no-cookie") {
  logger.error("this is a plugin, run by its host");
} else if (outcome.kind === "refused") {
  logger.error(outcome.reason);
}
if (outcome.kind !== "serving") {
  process.exitCode = 1;
}
