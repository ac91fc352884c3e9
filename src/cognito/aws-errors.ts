import { InternalError, RateLimitedError, UserError } from "../framework/index.ts";
import type { AwsFailure, FailureStep } from "./aws-failure.ts";

/**
 * The error that a caller may read: which call failed, why, and the cure. It never holds AWS's own message or a user
 * name. `missing` says what a ResourceNotFoundException is about, where the call alone does not tell.
 */
export function explain(failure: AwsFailure, missing?: string): UserError | InternalError {
  const what = actOf(failure);
  const service = serviceOf[failure.step];
  switch (failure.kind) {
    case "throttled":
    case "no-turn":
      return new RateLimitedError(
        `${what} failed: ${service} throttles this account (${failure.code}); try again later, or ask AWS for a higher quota`,
        { cause: failure },
      );
    case "unavailable":
      return new InternalError(`${what} failed: no usable answer from ${service} (${failure.code}); try again later`, {
        cause: failure,
      });
    case "unreachable":
      return new InternalError(
        `${what} failed: no connection to ${service} (${failure.code}); check region, ${endpointOf[failure.step]} and the server's proxy settings`,
        { cause: failure },
      );
    case "untrusted":
      return new InternalError(
        `${what} failed: the certificate of ${service} is not trusted (${failure.code}); check ${endpointOf[failure.step]}, or name the CA in SSL_CERT_FILE or AWS_CA_BUNDLE, as a file that the plugin can read`,
        { cause: failure },
      );
    case "out-of-time":
      return new InternalError(`${what} failed: the time of this request is over`, { cause: failure });
    case "unexpected":
      if (failure.step === "credentials") return noCredentials(failure);
      return new InternalError(
        `${what} failed: ${service} could not be used (${failure.code}); check region and ${endpointOf[failure.step]}`,
        {
          cause: failure,
        },
      );
    case "refused":
      return failure.step === "credentials" ? noCredentials(failure) : refusal(failure, what, missing);
  }
}

function noCredentials(failure: AwsFailure): InternalError {
  return new InternalError(
    `no AWS credentials: none could be found or taken (${failure.code}); set aws_access_key_id and aws_secret_access_key in config, or give the server credentials of its own`,
    { cause: failure },
  );
}

function refusal(failure: AwsFailure, what: string, missing: string | undefined): UserError | InternalError {
  const { code, step, call } = failure;
  const keysCure = cureOfKeys.get(code);
  if (keysCure !== undefined) return new UserError(`${what} failed: ${code}; ${keysCure}`);
  if (step === "assume-role") {
    const cure = cureOfAssumeRole.get(code) ?? "check aws_assume_role_arn in config";
    return new UserError(`${what} failed: ${code}; ${cure}`);
  }

  const facts = calls[call] ?? {};
  const allow = `allow cognito-idp:${call} to the engine's AWS credentials`;
  switch (code) {
    case "InvalidPasswordException":
    case "PasswordHistoryPolicyViolationException":
      return new UserError("generated password rejected by the pool policy; set password_policy");
    case "AccessDeniedException":
      return new UserError(`${what} failed: ${code}; ${allow}`);
    case "NotAuthorizedException":
      return new UserError(`${what} failed: ${code}; ${[allow, facts.notAuthorized].filter(Boolean).join(", and ")}`);
    case "ResourceNotFoundException":
      return new UserError(
        `${what} failed: ${code}; ${missing ?? "there is no such user pool in this account: check user_pool_id and region of the role"}`,
      );
    case "InvalidParameterException":
      return new UserError(`${what} failed: ${code}; ${facts.invalidParameter ?? "check user_pool_id of the role"}`);
    case "AliasExistsException":
      return new UserError(
        `${what} failed: ${code}; the role's attributes give an email or phone number that another user has`,
      );
    case "UserLambdaValidationException":
    case "UnexpectedLambdaException":
    case "InvalidLambdaResponseException":
      return new UserError(`${what} failed: ${code}; a Lambda trigger of the user pool refuses the generated users`);
    case "UserNotFoundException":
      return new InternalError(`${what} failed: ${code}; the user is gone`, { cause: failure });
    default:
      return new UserError(`${what} failed: ${code}; see this error under ${call} in the Amazon Cognito API reference`);
  }
}

function actOf({ step, call }: AwsFailure): string {
  return step === "assume-role" ? "assume role" : call;
}

const serviceOf: Readonly<Record<FailureStep, string>> = {
  cognito: "Cognito",
  "assume-role": "STS",
  credentials: "the source of AWS credentials",
};

const endpointOf: Readonly<Record<FailureStep, string>> = {
  cognito: "cognito_endpoint",
  "assume-role": "sts_endpoint",
  credentials: "the server's AWS environment",
};

interface CallFacts {
  readonly notAuthorized?: string;
  readonly invalidParameter?: string;
}

/** Cures beside the IAM action, which is the call's own name. */
const calls: Readonly<Record<string, CallFacts>> = {
  AdminCreateUser: {
    invalidParameter:
      "the pool does not take the generated user: check user_pool_id, attributes, dummy_email_domain and username_template of the role",
  },
  AdminInitiateAuth: {
    notAuthorized: "check app_client_secret: a client with a secret needs it, one without a secret must have none",
    invalidParameter:
      "enable ALLOW_ADMIN_USER_PASSWORD_AUTH on the app client, or set auth_flow of the role to the flow that the client has",
  },
  AdminRespondToAuthChallenge: {
    notAuthorized: "check app_client_secret: a client with a secret needs it, one without a secret must have none",
    invalidParameter: "check that the role's attributes include all that the pool requires",
  },
};

const newKeys = "check aws_access_key_id and aws_secret_access_key in config, or the server's own AWS credentials";
const newSession =
  "the AWS session is over: write new keys with their aws_session_token to config, or renew the server's own";
const rightTime = "check the server's clock and aws_secret_access_key";

/** Refusals of the credentials themselves, whichever service says so. */
const cureOfKeys: ReadonlyMap<string, string> = new Map([
  ["ExpiredToken", newSession],
  ["ExpiredTokenException", newSession],
  ["UnrecognizedClientException", newKeys],
  ["InvalidClientTokenId", newKeys],
  ["IncompleteSignature", newKeys],
  ["MissingAuthenticationToken", newKeys],
  ["MissingAuthenticationTokenException", newKeys],
  ["InvalidSignatureException", rightTime],
  ["SignatureDoesNotMatch", rightTime],
  ["RequestExpired", rightTime],
]);

const cureOfAssumeRole: ReadonlyMap<string, string> = new Map([
  [
    "AccessDenied",
    "allow sts:AssumeRole on the role of aws_assume_role_arn to the engine's AWS credentials, and let the role's trust policy accept them (and aws_assume_role_external_id, if it asks for one)",
  ],
  ["RegionDisabledException", "STS is off in this region: activate it, or set sts_region in config"],
]);
