import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates } from "node:tls";
import { zstdCompressSync } from "node:zlib";
import {
  type CertificateAuthority,
  type CognitoEmulator,
  type ConnectProxy,
  createCertificateAuthority,
  startCognitoEmulator,
  startConnectProxy,
} from "../dev/cognito-emulator/index.ts";
import { networkFetch } from "./network-fetch.ts";

test("where the environment asks for nothing, proxies and authorities are the runtime's", async () => {
  for (const environment of [{}, { AWS_CA_BUNDLE: "", HTTPS_PROXY: "" }]) {
    const asked: object[] = [];
    const fetch = networkFetch(async (_, init = {}) => {
      asked.push(init);
      return new Response();
    }, environment);
    await fetch("http://127.0.0.1:1", { method: "POST" });
    expect(asked.flatMap(Object.keys).sort()).toEqual(["decompress", "headers", "method"]);
  }
});

test("an answer is not asked for in a packed form, and one that comes packed is not unpacked", async () => {
  const packed = zstdCompressSync(Buffer.alloc(100_000_000));
  const asked: Headers[] = [];
  await using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ headers }) => {
      asked.push(headers);
      return new Response(packed, { headers: { "content-encoding": "zstd" } });
    },
  });
  const fetch = networkFetch(globalThis.fetch, {});
  const url = server.url.href;
  const header = { headers: { a: "1" } };
  const responses = [await fetch(url), await fetch(url, header), await fetch(new Request(url, header))];
  for (const response of responses) expect((await response.bytes()).byteLength).toBe(packed.byteLength);
  expect(asked.map((headers) => headers.get("accept-encoding"))).toEqual(["identity", "identity", "identity"]);
  expect(asked.map((headers) => headers.get("a"))).toEqual([null, "1", "1"]);
});

describe("a loopback host", () => {
  const asked: (object | undefined)[] = [];
  const spy = async (_input: Request | URL | string, init?: RequestInit) => {
    asked.push(init);
    return new Response();
  };
  beforeEach(() => {
    asked.length = 0;
  });

  for (const variable of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "all_proxy"]) {
    test(`is reached without the proxy of ${variable}`, async () => {
      const fetch = networkFetch(spy, { [variable]: "http://egress.example:3128" });
      for (const url of ["http://127.0.0.1:1", "http://127.9.8.7/", "https://localhost:1/x", "http://[::1]:1/"]) {
        await fetch(url);
        await fetch(new URL(url));
        await fetch(new Request(url), { redirect: "manual" });
      }
      expect(asked).toHaveLength(12);
      expect(asked.every((options) => options !== undefined && "proxy" in options && options.proxy === false)).toBe(
        true,
      );
    });
  }

  test("is not what only looks like one", async () => {
    const fetch = networkFetch(spy, { HTTPS_PROXY: "http://egress.example:3128" });
    for (const host of ["localhost.example.com", "127.0.0.1.example.com", "128.0.0.1", "[::2]", "10.0.0.1"]) {
      await fetch(`https://${host}/`);
    }
    expect(asked.every((options) => options === undefined || !("proxy" in options))).toBe(true);
  });
});

test("AWS_CA_BUNDLE comes beside what is trusted already, and is read once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bundle-"));
  const file = join(folder, "bundle.pem");
  const own = "-----BEGIN CERTIFICATE-----\nour own\n-----END CERTIFICATE-----";
  await writeFile(file, own);
  const trusted: string[] = [];
  const trusting = networkFetch(
    async (_input, init: object = {}) => {
      const { tls } = init as { readonly tls: { readonly ca: string } };
      trusted.push(tls.ca);
      return new Response();
    },
    { AWS_CA_BUNDLE: file },
  );
  await trusting("https://example.com");
  await rm(folder, { recursive: true });
  await trusting("https://example.com");
  const [first = "", second] = trusted;
  expect(second).toBe(first);
  expect(first).toStartWith(own);
  for (const authority of [...getCACertificates("default"), ...getCACertificates("system")]) {
    expect(first.includes(authority)).toBe(true);
  }
});

// The certificates come from the openssl command, which not every machine has.
describe.skipIf(Bun.which("openssl") === null)("AWS_CA_BUNDLE", () => {
  let folder: string;
  let authority: CertificateAuthority;
  let emulator: CognitoEmulator;
  let proxy: ConnectProxy;
  const sts = "https://sts.eu-west-1.amazonaws.com/";

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "bundle-"));
    authority = await createCertificateAuthority();
    emulator = await startCognitoEmulator({ tls: await authority.issue(["sts.eu-west-1.amazonaws.com", "localhost"]) });
    proxy = await startConnectProxy({ targetPort: emulator.tlsPort ?? 0 });
  });
  afterEach(async () => {
    await proxy.close();
    await emulator.close();
    await rm(folder, { recursive: true });
  });

  const bundle = async (text: string) => {
    const file = join(folder, "bundle.pem");
    await writeFile(file, text);
    return networkFetch(fetch, { AWS_CA_BUNDLE: file });
  };

  test("makes its authorities trusted, through a proxy as well", async () => {
    const trusting = await bundle(authority.certificate);
    const throughProxy = { method: "GET", proxy: proxy.url };
    expect((await trusting(sts, throughProxy)).status).toBe(404);
    expect((await trusting(`https://localhost:${emulator.tlsPort}/`)).status).toBe(404);
    expect(proxy.asked).toEqual(["sts.eu-west-1.amazonaws.com:443"]);
  });

  test("with another authority leaves this one untrusted", async () => {
    const other = await createCertificateAuthority();
    const trusting = await bundle(other.certificate);
    await expect(trusting(`https://localhost:${emulator.tlsPort}/`)).rejects.toThrow(/certificate/);
    expect(emulator.calls).toEqual([]);
  });

  test("that cannot be read, or is none, fails requests until it is one", async () => {
    const missing = networkFetch(fetch, { AWS_CA_BUNDLE: join(folder, "nowhere.pem") });
    const refused = expect.objectContaining({ code: "ERR_TLS_AWS_CA_BUNDLE" });
    await expect(missing(emulator.url)).rejects.toEqual(refused);
    const trusting = await bundle("this is no certificate");
    await expect(trusting(emulator.url)).rejects.toEqual(refused);
    await bundle(authority.certificate);
    expect((await trusting(emulator.url)).status).toBe(404);
  });
});
