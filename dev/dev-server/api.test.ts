import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createConnection } from "node:net";
import { notDone } from "./not-done.ts";
import { ToyServer } from "./testing/toy-server.ts";

setDefaultTimeout(30_000);

let toys: ToyServer;
beforeAll(async () => {
  toys = await ToyServer.start();
  await toys.mount("toy", "other");
});
afterAll(() => toys[Symbol.asyncDispose]());

const said = (status: number, sentence: string) => ({ status, body: { errors: [sentence] } });

describe("what is refused, in one sentence each", () => {
  test.each<[string, string, string | object, Record<string, string>, number, string]>([
    [
      "no token",
      "GET toy/kv/a",
      "",
      { "x-vault-token": "" },
      403,
      "permission denied: no token was given; set VAULT_TOKEN or the header X-Vault-Token",
    ],
    [
      "a wrong token",
      "GET toy/kv/a",
      "",
      { "x-vault-token": "roo" },
      403,
      "permission denied: this is not the root token of this dev server",
    ],
    [
      "JSON that is none",
      "PUT toy/kv/a",
      '{"password": "hunter2',
      {},
      400,
      "error parsing JSON: the body is not valid JSON",
    ],
    [
      "JSON that is no object",
      "PUT toy/kv/a",
      "[1]",
      {},
      400,
      'error parsing JSON: the body must be a JSON object, such as {"ttl": "1h"}',
    ],
    ["an unknown mount", "GET nowhere/a", "", {}, 404, 'no handler for route "nowhere/a". route entry not found.'],
    ["an unknown path of sys", "GET sys/nothing", "", {}, 404, "1 error occurred:\n\t* unsupported path\n\n"],
    [
      "a method that a path lacks",
      "DELETE sys/leases",
      "",
      {},
      405,
      "1 error occurred:\n\t* unsupported operation\n\n",
    ],
    ["a write to a folder", "PUT toy/kv/", {}, {}, 400, "cannot write to a path ending in '/'"],
    [
      "a patch of another kind",
      "PATCH toy/kv/a",
      {},
      { "content-type": "text/plain" },
      415,
      "PATCH requires Content-Type of application/merge-patch+json, provided text/plain",
    ],
    [
      "a wrap time that is none",
      "GET toy/say",
      "",
      { "x-vault-wrap-ttl": "soon" },
      400,
      'error parsing X-Vault-Wrap-TTL header: "soon" is not a duration such as 60 or "5m"',
    ],
    [
      "a page that found the way by a host name of its own",
      "GET toy/kv/a",
      "",
      { host: "rebound.example" },
      403,
      'this dev server answers to localhost only, not to "rebound.example"',
    ],
    [
      "a namespace",
      "GET toy/kv/a",
      "",
      { "x-vault-namespace": "team" },
      404,
      "the dev server does not do namespaces: they are OpenBao's and Vault Enterprise's",
    ],
    ["a mount that is there", "POST sys/mounts/toy/deeper", { type: "toy" }, {}, 400, "path is already in use at toy/"],
    ["a path of the server's own", "POST sys/mounts/sys", { type: "toy" }, {}, 400, 'cannot mount "sys/"'],
    [
      "a plugin that is not registered",
      "POST sys/mounts/new",
      { type: "joy" },
      {},
      400,
      "plugin not found in the catalog: joy (registered: toy)",
    ],
    [
      "a mount's time that is none",
      "POST sys/mounts/new",
      { type: "toy", config: { max_lease_ttl: "x" } },
      {},
      400,
      'unable to parse max TTL of "x": it is not a duration such as "1h"',
    ],
    [
      "a mount whose usual time is over its longest",
      "POST sys/mounts/new",
      { type: "toy", config: { max_lease_ttl: 60, default_lease_ttl: 90 } },
      {},
      400,
      "given default lease TTL greater than given max lease TTL",
    ],
    ["what the engine refuses", "GET toy/refuse", "", {}, 400, "the toy refuses"],
    ["a path the engine lacks", "GET toy/nothing", "", {}, 404, "1 error occurred:\n\t* unsupported path\n\n"],
  ])("%s", async (_what, line, body, headers, status, sentence) => {
    const [method = "", path = ""] = line.split(" ");
    expect(await toys.call(method, path, body, headers)).toEqual(said(status, sentence));
  });

  test("errors that the engine tells by number", async () => {
    const status = async (type: number) => (await toys.call("PUT", "toy/fail", { type })).status;
    expect(await Promise.all([0, 2, 3, 4, 5, 6, 7, 8, 10].map(status))).toEqual([
      500, 500, 409, 400, 405, 404, 400, 403, 500,
    ]);
  });

  test.each(notDone.map((entry) => [entry.what, entry] as const))("what it does not do: %s", async (what, entry) => {
    const { status, body } = await toys.call(
      entry.example.method,
      entry.example.path,
      entry.example.method === "GET" ? "" : {},
    );
    expect(status).toBe(404);
    expect(body.errors).toEqual([`the dev server does not do ${what}: ${entry.why}`]);
  });
});

describe("an engine", () => {
  test("is told what Vault would tell it", async () => {
    await toys.call("POST", "sys/mounts/toy/tune", { passthrough_request_headers: ["X-Trace"] });
    const { body } = await toys.call("PUT", "toy/say?ignored=1", '{"big": 12345678901234567890, "ttl": "1h"}', {
      "x-trace": "abc",
      "x-secret": "no",
      "x-vault-wrap-ttl": "90s",
    });
    const unwrapped = await toys.call("PUT", "sys/wrapping/unwrap", { token: body.wrap_info.token });
    const { request } = unwrapped.body.data;
    expect(request).toMatchObject({
      operation: "update",
      path: "say",
      data: '{"big": 12345678901234567890, "ttl": "1h"}',
      mount_point: "toy/",
      mount_type: "toy",
      headers: { "X-Trace": { header: ["abc"] } },
      wrap_info: { TTL: "90000000000" },
      client_token: "",
    });
    expect(Object.keys(request.headers)).toEqual(["X-Trace"]);
  });

  test("gets queries as data of reads, and not of writes", async () => {
    const data = async (method: string, path: string) =>
      JSON.parse((await toys.call(method, path)).body.data.request.data);
    expect(await data("GET", "toy/say?ttl=1h&tag=a&tag=b")).toEqual({ ttl: "1h", tag: ["a", "b"] });
    expect(await data("DELETE", "toy/say")).toBeNull();
    expect(await data("PUT", "toy/say?ttl=1h")).toEqual({});
  });

  test("takes forms as curl sends them", async () => {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const { body } = await toys.call("PUT", "toy/say", "ttl=1h&name=a%20b", type);
    expect(JSON.parse(body.data.request.data)).toEqual({ ttl: "1h", name: "a b" });
  });

  test("is asked to create what is not there, and to update what is", async () => {
    expect((await toys.call("PUT", "toy/kv/fresh", { word: "a" })).status).toBe(204);
    expect((await toys.call("POST", "toy/kv/fresh", { word: "b" })).body.data).toEqual({ was: "there" });
    expect((await toys.call("GET", "toy/kv/fresh")).body.data).toEqual({ word: "b" });
    expect((await toys.call("DELETE", "toy/kv/fresh")).status).toBe(204);
    expect(await toys.call("GET", "toy/kv/fresh")).toEqual({ status: 404, body: { errors: [] } });
  });

  test("keeps what it stores from its neighbours, and what is stored can be looked at", async () => {
    await toys.call("PUT", "toy/kv/mine", { word: "secret" });
    expect((await toys.call("GET", "other/kv/mine")).status).toBe(404);
    const { uuid } = (await toys.call("GET", "sys/mounts/toy")).body.data;
    const raw = await toys.call("GET", `sys/raw/logical/${uuid}/kv/mine`);
    expect(raw.body.data).toEqual({ value: '{"word":"secret"}' });
    expect((await toys.call("LIST", "toy/kv")).body.data.keys).toContain("mine");
    expect(await toys.call("LIST", "other/kv")).toEqual({ status: 404, body: { errors: [] } });
  });

  test("may answer with bytes of its own", async () => {
    expect(await toys.call("GET", "toy/bytes")).toEqual({ status: 202, body: "hello" });
  });

  test("is asked for help, and for the paths of the OpenAPI document", async () => {
    expect((await toys.call("GET", "toy?help=1")).body.help).toBe('help for ""');
    expect((await toys.call("GET", "toy/kv/a?help=1")).body.help).toBe('help for "kv/a"');
    const { paths } = (await toys.call("GET", "sys/internal/specs/openapi")).body;
    expect(Object.keys(paths)).toEqual(["/toy/say", "/other/say"]);
  });

  test("is told when a client leaves before its answer", async () => {
    const socket = createConnection(Number(new URL(toys.server.address).port), "127.0.0.1");
    socket.write("GET /v1/toy/hang HTTP/1.1\r\nhost: localhost\r\nx-vault-token: root\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await toys.call("GET", "toy/kv/cancelled")).status).toBe(404);
    socket.destroy();
    await toys.eventually("it knows", async () => (await toys.call("GET", "toy/kv/cancelled")).status === 200);
  });

  test("comes back after a crash, with what it stored, and so does its neighbour", async () => {
    await toys.call("PUT", "toy/kv/lasting", { word: "a" });
    const before = toys.log.filter((line) => line.startsWith("info plugin started")).length;
    const crashed = await toys.call("PUT", "toy/crash");
    expect(crashed.status).toBe(500);
    expect((await toys.call("GET", "toy/kv/lasting")).body.data).toEqual({ word: "a" });
    expect((await toys.call("PUT", "other/kv/x", { word: "b" })).status).toBe(204);
    // The request that crashed it was tried once more, on a new process, as Vault does.
    expect(toys.log.filter((line) => line.startsWith("info plugin started")).length - before).toBe(2);
  });

  test("rolls back every minute, and once when it is disabled", async () => {
    await toys.mount("ticking");
    toys.clock.advance(60);
    await toys.eventually(
      "it rolled back",
      async () => (await toys.call("GET", "ticking/kv/rollbacks")).status === 200,
    );
    expect((await toys.call("GET", "ticking/kv/rollbacks")).body.data).toEqual({ word: 1 });
    expect((await toys.call("DELETE", "sys/mounts/ticking")).status).toBe(204);
    expect((await toys.call("GET", "ticking/kv/rollbacks")).status).toBe(404);
  });
});

describe("a wrapping token", () => {
  const wrap = async () => (await toys.call("GET", "toy/refuse?x", "", { "x-vault-wrap-ttl": "60" })).body;

  test("works once", async () => {
    const { body } = await toys.call("PUT", "sys/wrapping/wrap", { a: "b" }, { "x-vault-wrap-ttl": "60" });
    const { token, ttl, creation_path } = body.wrap_info;
    expect({ ttl, creation_path, data: body.data }).toEqual({
      ttl: 60,
      creation_path: "sys/wrapping/wrap",
      data: null,
    });
    const bare = { "x-vault-token": token };
    expect((await toys.call("PUT", "sys/wrapping/lookup", {}, bare)).body.data).toMatchObject({ creation_ttl: 60 });
    const rewrapped = (await toys.call("PUT", "sys/wrapping/rewrap", {}, bare)).body.wrap_info.token;
    const invalid = said(400, "wrapping token is not valid or does not exist");
    expect(await toys.call("PUT", "sys/wrapping/unwrap", { token })).toEqual(invalid);
    expect((await toys.call("PUT", "sys/wrapping/unwrap", { token: rewrapped })).body.data).toEqual({ a: "b" });
    expect(await toys.call("PUT", "sys/wrapping/unwrap", { token: rewrapped })).toEqual(invalid);
  });

  test("does not outlive its time, and opens nothing else", async () => {
    const { body } = await toys.call("PUT", "sys/wrapping/wrap", { a: "b" }, { "x-vault-wrap-ttl": "60" });
    const { token } = body.wrap_info;
    expect((await toys.call("GET", "toy/kv/a", "", { "x-vault-token": token })).status).toBe(403);
    toys.clock.advance(60);
    expect((await toys.call("PUT", "sys/wrapping/unwrap", { token })).status).toBe(400);
  });

  test("is not made for a refusal", async () => {
    expect(await wrap()).toEqual({ errors: ["the toy refuses"] });
  });
});

describe("the seal", () => {
  test("stops the engines and serves nothing until it is opened", async () => {
    await toys.call("PUT", "toy/kv/kept", { word: "a" });
    expect((await toys.call("PUT", "sys/seal")).status).toBe(204);
    expect(await toys.call("GET", "toy/kv/kept")).toEqual(said(503, "Vault is sealed"));
    expect(await toys.call("GET", "sys/health")).toMatchObject({ status: 503, body: { sealed: true } });
    expect((await toys.call("PUT", "sys/unseal", {})).status).toBe(400);
    expect((await toys.call("PUT", "sys/unseal", { key: "any" })).body.sealed).toBe(false);
    expect((await toys.call("GET", "toy/kv/kept")).body.data).toEqual({ word: "a" });
  });
});
