import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../framework/testing/manual-clock.ts";
import { CognitoClient } from "./cognito-client.ts";
import { CachedCredentials, type Credentials } from "./credential-cache.ts";

const keys = { accessKeyId: "AKIA1", secretAccessKey: "the secret key" };
const environment = { ...process.env };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "aws-"));
  process.env["AWS_CONFIG_FILE"] = join(folder, "config");
});

afterEach(async () => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  await rm(folder, { recursive: true });
});

interface Settings {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: Credentials;
  readonly answers?: readonly Response[];
}

/** A client, and the requests that it sent. */
function clientOf({ region = "eu-west-1", endpoint = "", credentials = keys, answers = [] }: Settings = {}) {
  const requests: Request[] = [];
  const inits: (RequestInit | undefined)[] = [];
  const client = new CognitoClient({
    region,
    endpoint,
    credentials: new CachedCredentials(async () => credentials, new ManualClock()),
    fetch: async (input, init) => {
      requests.push(new Request(String(input), init));
      inits.push(init);
      return answers[requests.length - 1] ?? Response.json({});
    },
  });
  const signal = new AbortController().signal;
  const deleteAnn = () => client.send("AdminDeleteUser", { UserPoolId: "p", Username: "ann" }, signal);
  return { deleteAnn, requests, inits, signal };
}

async function urlWith(settings: Settings): Promise<string | undefined> {
  const { deleteAnn, requests } = clientOf(settings);
  await deleteAnn();
  return requests[0]?.url;
}

test("a call is a signed POST of AWS's JSON protocol, which is not redirected and ends with its signal", async () => {
  const { deleteAnn, requests, inits, signal } = clientOf({ credentials: { ...keys, sessionToken: "session" } });
  await deleteAnn();
  const [request] = requests;
  expect(request?.method).toBe("POST");
  expect(await request?.json()).toEqual({ UserPoolId: "p", Username: "ann" });
  const headers = Object.fromEntries(request?.headers ?? []);
  expect(headers).toMatchObject({
    "content-type": "application/x-amz-json-1.1",
    "user-agent": "vault-plugin-secrets-cognito",
    "x-amz-security-token": "session",
    "x-amz-target": "AWSCognitoIdentityProviderService.AdminDeleteUser",
  });
  expect(headers["authorization"]).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIA1\/\d{8}\/eu-west-1\/cognito-idp\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$/,
  );
  expect(inits[0]?.redirect).toBe("manual");
  expect(inits[0]?.signal).toBe(signal);
});

test("each region's API is where AWS says", async () => {
  expect(await urlWith({ region: "eu-west-1" })).toBe("https://cognito-idp.eu-west-1.amazonaws.com/");
  expect(await urlWith({ region: "cn-north-1" })).toBe("https://cognito-idp.cn-north-1.amazonaws.com.cn/");
});

test("the server's settings of endpoints count, and config's before them", async () => {
  await writeFile(
    join(folder, "config"),
    "[default]\nservices = own\n[services own]\ncognito_identity_provider =\n  endpoint_url = https://cognito.file.example:8443/idp\n",
  );
  expect(await urlWith({})).toBe("https://cognito.file.example:8443/idp");
  expect(await urlWith({ endpoint: "https://cognito.config.example" })).toBe("https://cognito.config.example/");
  process.env["AWS_ENDPOINT_URL"] = "https://aws.environment.example";
  expect(await urlWith({})).toBe("https://aws.environment.example/");
});

test("so do those that ask for FIPS", async () => {
  process.env["AWS_USE_FIPS_ENDPOINT"] = "true";
  expect(await urlWith({ region: "us-east-1" })).toBe("https://cognito-idp-fips.us-east-1.amazonaws.com/");
});

test("a clock that AWS refuses is put right by its answer, for this call's next send and for others under way", async () => {
  const inAnHour = new Date(Date.now() + 3_600_000);
  const refused = () =>
    Response.json({ __type: "InvalidSignatureException" }, { status: 400, headers: { date: inAnHour.toUTCString() } });
  const { deleteAnn, requests } = clientOf({ answers: [refused(), refused(), Response.json({}), refused()] });
  const first = await Promise.allSettled([deleteAnn(), deleteAnn()]);
  for (const outcome of first) {
    expect(outcome).toMatchObject({ reason: { code: "InvalidSignatureException", clockCorrected: true } });
  }
  await deleteAnn();
  const day = (request: Request | undefined) => request?.headers.get("x-amz-date")?.slice(0, 11);
  expect(day(requests[2])).toBe(inAnHour.toISOString().replace(/[-:]/g, "").slice(0, 11));
  await expect(deleteAnn()).rejects.toMatchObject({ clockCorrected: false });
});
