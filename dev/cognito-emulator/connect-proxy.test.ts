import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  type CertificateAuthority,
  type CognitoEmulator,
  type ConnectProxy,
  createCertificateAuthority,
  startCognitoEmulator,
  startConnectProxy,
} from "./index.ts";

const HOSTS = ["*.amazonaws.com", "*.eu-west-1.amazonaws.com", "*.auth.eu-west-1.amazoncognito.com"];

// The certificates come from the openssl command, which not every machine has.
describe.skipIf(Bun.which("openssl") === null)("under AWS's host names, through a proxy and over TLS", () => {
  let authority: CertificateAuthority;
  let emulator: CognitoEmulator;
  let proxy: ConnectProxy;

  beforeEach(async () => {
    authority = await createCertificateAuthority();
    emulator = await startCognitoEmulator({ tls: await authority.issue(HOSTS) });
    proxy = await startConnectProxy({ targetPort: emulator.tlsPort ?? 0 });
  });

  afterEach(async () => {
    await proxy.close();
    await emulator.close();
  });

  const post = (url: string, init: RequestInit = {}, ca: string | undefined = authority.certificate) =>
    fetch(url, {
      method: "POST",
      ...init,
      proxy: proxy.url,
      keepalive: false,
      ...(ca !== undefined && { tls: { ca } }),
    });

  test("each host reaches its service, and the proxy knows what was asked for", async () => {
    const pool = emulator.createPool({ domain: "orders" });
    const client = pool.createClient({ secret: true, oauthFlows: ["client_credentials"] });
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: client.id,
      client_secret: client.secret ?? "",
    });
    expect((await post("https://orders.auth.eu-west-1.amazoncognito.com/oauth2/token", { body: form })).status).toBe(
      200,
    );
    const cognito = await post("https://cognito-idp.eu-west-1.amazonaws.com/", {
      headers: { "x-amz-target": "AWSCognitoIdentityProviderService.ListUsers" },
      body: "{}",
    });
    expect(await cognito.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
    const sts = await post("https://sts.amazonaws.com/", {
      body: new URLSearchParams({ Action: "GetCallerIdentity", Version: "2011-06-15" }),
    });
    expect(await sts.text()).toContain("<Code>MissingAuthenticationToken</Code>");
    expect(proxy.asked).toEqual([
      "orders.auth.eu-west-1.amazoncognito.com:443",
      "cognito-idp.eu-west-1.amazonaws.com:443",
      "sts.amazonaws.com:443",
    ]);
  });

  test("a client that does not trust the authority stays away", async () => {
    const other = await createCertificateAuthority();
    await expect(post("https://sts.amazonaws.com/", {}, other.certificate)).rejects.toThrow();
    expect(emulator.calls).toEqual([]);
  });

  test("a reset shows through TLS, too", async () => {
    emulator.faults.add({ match: { action: "Token" }, fault: { kind: "reset", takesEffect: false } });
    await expect(post("https://orders.auth.eu-west-1.amazoncognito.com/oauth2/token")).rejects.toThrow();
    expect(emulator.calls).toMatchObject([{ action: "Token", outcome: "fault: reset" }]);
  });
});
