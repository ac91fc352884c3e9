import { fromNodeProviderChain, fromTemporaryCredentials, fromWebToken } from "@aws-sdk/credential-providers";
import type { HttpHandler } from "@smithy/core/protocols";
import type { Clock, Logger } from "../framework/index.ts";
import { untilAborted } from "./aws-call.ts";
import { awsFailure } from "./aws-failure.ts";
import { requestHandler } from "./aws-request-handler.ts";
import type { Config } from "./config.ts";
import { CachedCredentials, type Credentials } from "./credential-cache.ts";
import type { Fetch } from "./fetch.ts";

export interface CredentialSettings {
  readonly config: Config;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly logger: Logger;
  /** Where STS is asked. */
  readonly stsRegion: string;
}

/**
 * The credentials that config asks for: its keys or else the SDK's default chain, with the role of config assumed on
 * top. Cached: the role is assumed once per life of its credentials. `get` rejects with AwsFailure.
 */
export function awsCredentials(settings: CredentialSettings): CachedCredentials {
  const { config, clock } = settings;
  // A source that hangs (a credential_process, say) must not hang every request after it.
  const limited = <T>(work: Promise<T>) => untilAborted(work, clock.timeout(config.request_timeout * 1000));
  const handler = requestHandler(settings.fetch, () => clock.timeout(config.request_timeout * 1000));

  const load = async (): Promise<Credentials> => {
    const own = await limited(ownCredentials(settings, handler)).catch((error) => {
      throw awsFailure("credentials", "finding credentials", error);
    });
    if (config.aws_assume_role_arn === "") return own;
    return limited(assumedRole(settings, own, handler)).catch((error) => {
      throw awsFailure("assume-role", "AssumeRole", error);
    });
  };
  return new CachedCredentials(load, clock);
}

async function ownCredentials(settings: CredentialSettings, requestHandler: HttpHandler): Promise<Credentials> {
  const { config, stsRegion, logger } = settings;
  if (config.aws_access_key_id !== "") {
    return {
      accessKeyId: config.aws_access_key_id,
      secretAccessKey: config.aws_secret_access_key,
      ...(config.aws_session_token === "" ? {} : { sessionToken: config.aws_session_token }),
    };
  }
  // A chain keeps what it found for ever when that has no expiry, so each load asks a new one.
  const chain = fromNodeProviderChain({
    clientConfig: { requestHandler },
    // SSO has a region of its own, which a region in clientConfig would override; STS takes the parent's.
    parentClientConfig: { region: stsRegion, requestHandler },
    ignoreCache: true,
    logger: sdkLogger(logger),
    roleAssumerWithWebIdentity: (params) =>
      fromWebToken({
        roleArn: params.RoleArn,
        roleSessionName: params.RoleSessionName,
        webIdentityToken: params.WebIdentityToken,
        // Not at config's sts_endpoint: the token is the server's, and whoever may write the config would get it in the clear.
        clientConfig: stsClient(settings, requestHandler),
      })(),
  });
  return chain();
}

async function assumedRole(
  settings: CredentialSettings,
  own: Credentials,
  requestHandler: HttpHandler,
): Promise<Credentials> {
  const { config } = settings;
  const assume = fromTemporaryCredentials({
    masterCredentials: own,
    params: {
      RoleArn: config.aws_assume_role_arn,
      RoleSessionName: config.aws_assume_role_session_name,
      ...(config.aws_assume_role_external_id === "" ? {} : { ExternalId: config.aws_assume_role_external_id }),
    },
    clientConfig: {
      ...stsClient(settings, requestHandler),
      ...(config.sts_endpoint === "" ? {} : { endpoint: config.sts_endpoint }),
    },
  });
  // arn:aws:iam::<account>:role/<name>
  const accountId = config.aws_assume_role_arn.split(":")[4] ?? "";
  return { ...(await assume()), ...(accountId === "" ? {} : { accountId }) };
}

function stsClient({ stsRegion }: CredentialSettings, requestHandler: HttpHandler) {
  return { region: stsRegion, requestHandler, maxAttempts: 1 };
}

/** The SDK warns on the console where it has no logger, and the console is the host's log protocol. */
function sdkLogger(logger: Logger) {
  const silent = () => {};
  return {
    trace: silent,
    debug: silent,
    info: silent,
    error: silent,
    warn: (text: string) => logger.warn("AWS SDK", { text }),
  };
}
