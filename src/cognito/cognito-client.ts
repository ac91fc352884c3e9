import {
  type AdminAddUserToGroupRequest,
  AdminCreateUserCommand,
  type AdminCreateUserRequest,
  type AdminDeleteUserRequest,
  type AdminInitiateAuthRequest,
  type AdminRespondToAuthChallengeRequest,
  type AdminSetUserPasswordRequest,
  CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { getEndpointFromInstructions } from "@smithy/core/endpoints";
import { SignatureV4 } from "@smithy/signature-v4";
import type { JsonObject } from "../framework/index.ts";
import { readAnswer } from "./cognito-answer.ts";
import type { CachedCredentials } from "./credential-cache.ts";
import type { Fetch } from "./fetch.ts";
import { SigningClock } from "./signing-clock.ts";

/** The calls that the engine makes, and what each is given. */
export interface CognitoInputs {
  readonly AdminAddUserToGroup: AdminAddUserToGroupRequest;
  readonly AdminCreateUser: AdminCreateUserRequest;
  readonly AdminDeleteUser: AdminDeleteUserRequest;
  readonly AdminInitiateAuth: AdminInitiateAuthRequest;
  readonly AdminRespondToAuthChallenge: AdminRespondToAuthChallengeRequest;
  readonly AdminSetUserPassword: AdminSetUserPasswordRequest;
}

export interface CognitoClientSettings {
  readonly region: string;
  /** URL of the Cognito user pools API; "" for AWS's own of the region. */
  readonly endpoint: string;
  readonly credentials: CachedCredentials;
  readonly fetch: Fetch;
}

/** What CloudTrail shows as the caller of Cognito. */
const userAgent = "vault-plugin-secrets-cognito";

/**
 * Cognito's user pools API of one region. Finds it as the AWS SDK does, endpoints of the environment and of AWS's settings
 * files included, and signs with the SDK's signer, but sends by itself: for each call the SDK builds a chain of a dozen steps
 * anew, which took a fifth of a user's processor time.
 */
export class CognitoClient {
  readonly #sdk: CognitoIdentityProviderClient;
  readonly #signer: SignatureV4;
  readonly #clock = new SigningClock();
  readonly #fetch: Fetch;
  #url: Promise<URL> | undefined;

  constructor({ region, endpoint, credentials, fetch }: CognitoClientSettings) {
    this.#sdk = new CognitoIdentityProviderClient({ region, ...(endpoint === "" ? {} : { endpoint }) });
    const { region: signingRegion, sha256 } = this.#sdk.config;
    this.#signer = new SignatureV4({
      service: "cognito-idp",
      region: signingRegion,
      credentials: () => credentials.get(),
      sha256,
      applyChecksum: false,
    });
    this.#fetch = fetch;
  }

  /** Sends a call once. Answers what came. Rejects with FailedAnswer, or with what fetch or the source of credentials threw. */
  async send<Call extends keyof CognitoInputs>(
    call: Call,
    input: CognitoInputs[Call],
    signal: AbortSignal,
  ): Promise<JsonObject> {
    const url = await this.#endpoint();
    const { ahead } = this.#clock;
    const { method, headers, body } = await this.#sign(url, call, JSON.stringify(input));
    // A followed redirect would carry the signed request to another host.
    const response = await this.#fetch(url, { method, headers, body, redirect: "manual", signal });
    this.#clock.learn(response.headers.get("date"));
    return readAnswer(response, { clockCorrected: this.#clock.ahead !== ahead });
  }

  #sign(url: URL, call: string, body: string) {
    const { protocol, hostname, pathname: path } = url;
    const headers = {
      host: url.host,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${call}`,
      "user-agent": userAgent,
    };
    const request = { method: "POST", protocol, hostname, path, headers, body };
    return this.#signer.sign(request, { signingDate: this.#clock.now() });
  }

  #endpoint(): Promise<URL> {
    // The rules are those of the service, whichever the command.
    this.#url ??= getEndpointFromInstructions({}, AdminCreateUserCommand, this.#sdk.config).then(({ url }) => url);
    return this.#url;
  }
}
