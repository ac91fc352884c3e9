import { actOf, type Call, caseOf, cognitoCalls, type FaultCase, forGood, well } from "./fault-case.ts";

const iam = (call: Call) => `allow cognito-idp:${call} to the engine's AWS credentials`;
const lambda = "a Lambda trigger of the user pool refuses the generated users";
const newKeys = "check aws_access_key_id and aws_secret_access_key in config";
const clock = "check the server's clock";
const session = "the AWS session is over";
const password = "generated password rejected by the pool policy; set password_policy";
const reference = "Amazon Cognito API reference";

/** Classes that every call to Cognito may answer, and what is to be said then. */
const common: Readonly<Record<string, (call: Call) => string>> = {
  AccessDeniedException: iam,
  NotAuthorizedException: iam,
  ExpiredTokenException: () => session,
  UnrecognizedClientException: () => newKeys,
  InvalidSignatureException: () => clock,
  MissingAuthenticationTokenException: () => newKeys,
  ValidationException: () => reference,
};

/** The classes that the API reference names for one call, beyond the common ones. */
const ofCall: Readonly<Record<(typeof cognitoCalls)[number], Readonly<Record<string, string>>>> = {
  AdminCreateUser: {
    CodeDeliveryFailureException: reference,
    InvalidLambdaResponseException: lambda,
    InvalidParameterException: "check user_pool_id, attributes, dummy_email_domain and username_template",
    InvalidPasswordException: password,
    InvalidSmsRoleAccessPolicyException: reference,
    InvalidSmsRoleTrustRelationshipException: reference,
    PreconditionNotMetException: reference,
    ResourceNotFoundException: "check user_pool_id and region of the role",
    UnexpectedLambdaException: lambda,
    UnsupportedUserStateException: reference,
    UserLambdaValidationException: lambda,
    UsernameExistsException: "the user pool already has users of 3 generated names",
  },
  AdminAddUserToGroup: {
    InvalidParameterException: "check user_pool_id",
    ResourceNotFoundException: "readers",
  },
  AdminInitiateAuth: {
    InvalidLambdaResponseException: lambda,
    InvalidParameterException: "enable ALLOW_ADMIN_USER_PASSWORD_AUTH on the app client",
    InvalidSmsRoleAccessPolicyException: reference,
    InvalidUserPoolConfigurationException: reference,
    MFAMethodNotFoundException: reference,
    PasswordResetRequiredException: reference,
    ResourceNotFoundException: "check app_client_id",
    UnexpectedLambdaException: lambda,
    UserLambdaValidationException: lambda,
    UserNotConfirmedException: reference,
  },
  AdminRespondToAuthChallenge: {
    AliasExistsException: "another user has",
    CodeMismatchException: reference,
    ExpiredCodeException: reference,
    InvalidLambdaResponseException: lambda,
    InvalidParameterException: "attributes include all that the pool requires",
    InvalidPasswordException: password,
    InvalidUserPoolConfigurationException: reference,
    MFAMethodNotFoundException: reference,
    PasswordHistoryPolicyViolationException: password,
    PasswordResetRequiredException: reference,
    ResourceNotFoundException: "check app_client_id",
    SoftwareTokenMFANotFoundException: reference,
    UnexpectedLambdaException: lambda,
    UserLambdaValidationException: lambda,
    UserNotConfirmedException: reference,
  },
  AdminSetUserPassword: {
    InvalidParameterException: "check user_pool_id",
    InvalidPasswordException: password,
    PasswordHistoryPolicyViolationException: password,
    ResourceNotFoundException: "check user_pool_id and region of the role",
  },
  AdminDeleteUser: {
    InvalidParameterException: "check user_pool_id",
    ResourceNotFoundException: "check user_pool_id and region of the role",
  },
};

const ofSts: Readonly<Record<string, string>> = {
  AccessDenied: "sts:AssumeRole",
  ExpiredToken: session,
  InvalidClientTokenId: newKeys,
  SignatureDoesNotMatch: clock,
  MalformedPolicyDocument: "check aws_assume_role_arn",
  PackedPolicyTooLarge: "check aws_assume_role_arn",
  RegionDisabledException: "set sts_region",
  ValidationError: "check aws_assume_role_arn",
};

/** RFC 6749 §5.2, and what Cognito documents. */
const ofTokenEndpoint = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
];

/** What AWS refuses, by the class it says. */
export function refusals(): FaultCase[] {
  const refused = (call: Call, type: string, status: number, says: string) =>
    caseOf(call, { kind: "error", type, status }, forGood, { status: 400, says });
  const ofCognito = cognitoCalls.flatMap((call) => [
    ...Object.entries(common).map(([type, says]) => refused(call, type, 400, says(call))),
    ...Object.entries(ofCall[call]).map(([type, says]) => refused(call, type, 400, says)),
  ]);
  const gone = cognitoCalls
    .filter((call) => call !== "AdminCreateUser" && call !== "AdminDeleteUser")
    .map((call) =>
      caseOf(call, { kind: "error", type: "UserNotFoundException" }, forGood, {
        status: 500,
        says: `${actOf(call)}UserNotFoundException; the user is gone`,
      }),
    );
  return [
    ...ofCognito,
    ...gone,
    caseOf("AdminDeleteUser", { kind: "error", type: "UserNotFoundException", takesEffect: true }, 1, well),
    caseOf("AdminCreateUser", { kind: "error", type: "UsernameExistsException" }, 1, well),
    caseOf("AdminCreateUser", { kind: "error", type: "UsernameExistsException" }, 2, well),
    ...Object.entries(ofSts).map(([type, says]) => refused("AssumeRole", type, 403, says)),
    ...ofTokenEndpoint.map((type) => refused("Token", type, 400, `token request failed: ${type}`)),
    refused("Token", "invalid_client", 401, "token request failed: invalid_client"),
  ];
}
