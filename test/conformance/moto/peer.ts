import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";

/** One of the two that are asked the same. */
export interface Peer {
  readonly url: string;
  readonly credential: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly cognito: CognitoIdentityProviderClient;
}

export function peerAt(url: string, credential: Peer["credential"]): Peer {
  const { accessKeyId, secretAccessKey } = credential;
  const cognito = new CognitoIdentityProviderClient({
    region: "eu-west-1",
    endpoint: url,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: new FetchHttpHandler(),
    maxAttempts: 1,
  });
  return { url, credential, cognito };
}
