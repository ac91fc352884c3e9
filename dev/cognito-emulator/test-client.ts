import { createHmac } from "node:crypto";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import type { CognitoEmulator, Credential } from "./index.ts";

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
