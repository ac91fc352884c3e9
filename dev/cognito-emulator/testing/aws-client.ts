import { createHash, createHmac } from "node:crypto";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import type { CognitoEmulator, Credential } from "../index.ts";

export const STRONG_PASSWORD = "Correct-Horse-7";

export interface ClientSettings {
  readonly region?: string;
  readonly credential?: Partial<Pick<Credential, "accessKeyId" | "secretAccessKey" | "sessionToken">>;
  readonly attempts?: number;
}

/** AWS's own client, led to the emulator, without retries unless asked for. */
export function awsClient(emulator: CognitoEmulator, settings: ClientSettings = {}): CognitoIdentityProviderClient {
  const { accessKeyId, secretAccessKey, sessionToken } = { ...emulator.credential, ...settings.credential };
  return new CognitoIdentityProviderClient({
    region: settings.region ?? "eu-west-1",
    endpoint: emulator.url,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    requestHandler: new FetchHttpHandler(),
    maxAttempts: settings.attempts ?? 1,
  });
}

export const secretHash = (secret: string, username: string, clientId: string): string =>
  createHmac("sha256", secret)
    .update(username + clientId)
    .digest("base64");

/** Class name of the error that the work ends in; throws when there is none. */
export async function refusal(
  work: Promise<unknown>,
): Promise<{ readonly name: string; readonly message: string; readonly status: number | undefined }> {
  try {
    await work;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode };
  }
  throw new Error("expected a refusal, but the call succeeded");
}

export interface SignedRequest {
  readonly service: "cognito-idp" | "sts";
  readonly region: string;
  readonly credential: Pick<Credential, "accessKeyId" | "secretAccessKey" | "sessionToken">;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Host header, when it is to differ from the emulator's address. */
  readonly host?: string;
}

/** A POST signed by hand, for what AWS's own client would not send. */
export function signedPost(emulator: Pick<CognitoEmulator, "url" | "port">, request: SignedRequest): Promise<Response> {
  const { accessKeyId, secretAccessKey, sessionToken } = request.credential;
  const date = `${new Date().toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
  const scope = `${date.slice(0, 8)}/${request.region}/${request.service}/aws4_request`;
  const headers: Record<string, string> = {
    ...request.headers,
    host: request.host ?? `127.0.0.1:${emulator.port}`,
    "x-amz-date": date,
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const canonical = [
    "POST",
    "/",
    "",
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    hash(request.body),
  ];
  const toSign = ["AWS4-HMAC-SHA256", date, scope, hash(canonical.join("\n"))].join("\n");
  let key: string | Buffer = `AWS4${secretAccessKey}`;
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
  const signature = createHmac("sha256", key).update(toSign).digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return fetch(emulator.url, { method: "POST", headers: { ...headers, authorization }, body: request.body });
}
