import { expect, test } from "bun:test";
import { AdminCreateUserCommand, CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { DEMO } from "./demo.ts";

const start = (...parameters: readonly string[]) =>
  Bun.spawn([process.execPath, `${import.meta.dir}/main.ts`, ...parameters], { stdout: "pipe", stderr: "pipe" });

async function firstLines(stream: ReadableStream<Uint8Array>, until: string): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    if (text.includes(until)) break;
  }
  return text;
}

test("a newcomer starts it, uses what it printed, and ends it with Ctrl-C", async () => {
  const emulator = start("--port", "0");
  try {
    const printed = await firstLines(emulator.stdout, "/_emulator/state");
    const url = /at (http:\/\/127\.0\.0\.1:\d+)/.exec(printed)?.[1] ?? "";
    const shown = (label: string) => new RegExp(`${label} +(\\S+)`).exec(printed)?.[1] ?? "";
    const aws = new CognitoIdentityProviderClient({
      region: shown("region"),
      endpoint: url,
      credentials: { accessKeyId: shown("AWS access key"), secretAccessKey: shown("AWS secret key") },
      requestHandler: new FetchHttpHandler(),
      maxAttempts: 1,
    });
    await aws.send(new AdminCreateUserCommand({ UserPoolId: shown("user pool"), Username: "ann" }));
    aws.destroy();
    const state = (await (await fetch(`${url}/_emulator/state`)).json()) as {
      readonly pools: readonly { readonly users: readonly unknown[] }[];
    };
    expect(state.pools[0]?.users).toMatchObject([{ username: "ann" }]);
    const token = await fetch(`${url}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: DEMO.machineClientId,
        client_secret: DEMO.machineClientSecret,
      }),
    });
    expect(token.status).toBe(200);
    emulator.kill("SIGINT");
    expect(await emulator.exited).toBe(0);
  } finally {
    emulator.kill("SIGKILL");
    await emulator.exited;
  }
});

test("a port that is none is refused with a sentence", async () => {
  const emulator = start("--port", "many");
  expect(await emulator.exited).toBe(1);
  expect(await new Response(emulator.stderr).text()).toBe('--port must be a number between 0 and 65535, not "many"\n');
});

test("it ends with the process that started it", async () => {
  const command = `"${process.execPath}" "${import.meta.dir}/main.ts" & echo $!; wait`;
  const parent = Bun.spawn(["sh", "-c", command], { stdout: "pipe", stderr: "ignore" });
  const printed = await firstLines(parent.stdout, "/_emulator/state");
  const child = Number(printed.split("\n")[0]);
  const url = /at (http:\/\/127\.0\.0\.1:\d+)/.exec(printed)?.[1] ?? "";
  parent.kill("SIGKILL");
  await parent.exited;
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline && (await answers(url))) await Bun.sleep(50);
  const outlived = await answers(url);
  if (outlived) process.kill(child, "SIGKILL");
  expect(outlived).toBe(false);
}, 20_000);

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/_emulator/state`).then(
    () => true,
    () => false,
  );
