import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { requestHandler } from "./aws-request-handler.ts";
import type { CachedCredentials } from "./credential-cache.ts";
import type { Fetch } from "./fetch.ts";

/** What CloudTrail shows as the caller of Cognito. */
const userAgent = "vault-plugin-secrets-cognito";

/** Steps of the SDK that every call would take for nothing: no log wants its parameters, the user agent is a constant, and this is no Lambda. */
const idleSteps = ["loggerMiddleware", "recursionDetectionMiddleware", "getUserAgentMiddleware"];

export interface CognitoClientSettings {
  readonly region: string;
  /** URL of the Cognito user pools API; "" for AWS's own of the region. */
  readonly endpoint: string;
  readonly credentials: CachedCredentials;
  readonly fetch: Fetch;
}

/** The SDK's client of the Cognito user pools of one region. It sends each call once. */
export function cognitoClient({ region, endpoint, credentials, fetch }: CognitoClientSettings) {
  const client = new CognitoIdentityProviderClient({
    region,
    // Marked as memoised, or the SDK keeps a copy of its own, on a clock of its own.
    credentials: Object.assign(() => credentials.get(), { memoized: true }),
    requestHandler: requestHandler(fetch),
    ...(endpoint === "" ? {} : { endpoint }),
  });
  for (const step of idleSteps) {
    if (!client.middlewareStack.remove(step)) throw new Error(`the AWS SDK has no step ${step} any more`);
  }
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers["user-agent"] = userAgent;
      return next(args);
    },
    { name: "constantUserAgent", step: "build" },
  );
  // In its place, as other steps are told to come after it: `callAws` repeats calls.
  client.middlewareStack.add((next) => next, {
    name: "retryMiddleware",
    step: "finalizeRequest",
    priority: "high",
    override: true,
  });
  return client;
}
