import type { Action, SignInOverride } from "./action.ts";
import { setUpActions } from "./actions-set-up.ts";
import { signInActions } from "./actions-sign-in.ts";
import { userActions } from "./actions-user.ts";
import { bodyText, type HttpRequest, hostName, jsonAnswer } from "./http-message.ts";
import { isAllowed, type Principal } from "./identity-store.ts";
import { optionalString } from "./input.ts";
import { type JsonObject, parseJsonObject } from "./json.ts";
import { partitionOf, regionOfHost } from "./partition.ts";
import type { Quotas } from "./quotas.ts";
import type { CallDescription, Service, ServiceAnswer } from "./service.ts";
import { ServiceError } from "./service-error.ts";
import { readAuthorization, type SignatureFault, verifySignature } from "./signature.ts";
import type { World } from "./world.ts";

const actions: Readonly<Record<string, Action>> = { ...userActions, ...signInActions, ...setUpActions };
const TARGET_PREFIX = "AWSCognitoIdentityProviderService.";
const CONTENT_TYPE = "application/x-amz-json-1.1";
const SKEW_MINUTES = 5;

const SIGNATURE_ERRORS: Readonly<Record<SignatureFault, string>> = {
  missing: "MissingAuthenticationTokenException",
  incomplete: "IncompleteSignatureException",
  "unknown key": "UnrecognizedClientException",
  "expired token": "ExpiredTokenException",
  mismatch: "InvalidSignatureException",
};

/** Amazon Cognito user pools over AWS's JSON 1.1 protocol. */
export function cognitoService(world: World, quotas: Quotas): Service {
  const refuse = (error: ServiceError): ServiceAnswer => {
    const answer = jsonAnswer(error.status, { __type: error.type, message: error.message }, CONTENT_TYPE);
    const headers = { "x-amzn-errortype": `${error.type}:`, "x-amzn-errormessage": headerSafe(error.message) };
    return { ...answer, headers: { ...answer.headers, ...headers }, outcome: error.type };
  };

  function run(request: HttpRequest, override: SignInOverride): JsonObject {
    const name = actionName(request);
    const input = parseJsonObject(bodyText(request) || "{}");
    if (input === undefined) throw new ServiceError("SerializationException", "The request body is not a JSON object.");
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined)
      throw new ServiceError("UnknownOperationException", `The emulator does not know the action ${name}.`);
    const caller = action.signed ? authenticate(world, request) : undefined;
    const region = caller?.region ?? regionOfHost(hostName(request), "cognito-idp");
    if (caller !== undefined) authorize(caller.principal, name, input, caller.region);
    if (!quotas.admit(action.quota, caller?.principal.accountId ?? "", region ?? "")) {
      throw new ServiceError("TooManyRequestsException", "Rate exceeded");
    }
    const output = action.run({ world, input, region, principal: caller?.principal, override });
    world.secrets.harvest(output);
    return output;
  }

  return {
    name: "cognito-idp",
    describe,
    noteSecrets(request) {
      world.secrets.harvest(parseJsonObject(bodyText(request)));
      world.secrets.add(request.headers["x-amz-security-token"]);
    },
    refuse,
    throttled: (status = 400) => refuse(new ServiceError("TooManyRequestsException", "Rate exceeded", status)),
    answer(request, override) {
      try {
        return { ...jsonAnswer(200, run(request, override), CONTENT_TYPE), outcome: "ok" };
      } catch (error) {
        if (error instanceof ServiceError) return refuse(error);
        throw error;
      }
    },
  };
}

const actionName = (request: HttpRequest): string => (request.headers["x-amz-target"] ?? "").replace(TARGET_PREFIX, "");

function describe(request: HttpRequest): CallDescription {
  const input = parseJsonObject(bodyText(request)) ?? {};
  const text = (from: JsonObject, name: string) => (typeof from[name] === "string" ? from[name] : undefined);
  const parametersOf = (name: string): JsonObject => {
    const value = input[name];
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  };
  const authFlow = text(input, "AuthFlow");
  const authorization = readAuthorization(request);
  return {
    action: actionName(request),
    username:
      text(input, "Username") ??
      text(parametersOf("AuthParameters"), "USERNAME") ??
      text(parametersOf("ChallengeResponses"), "USERNAME"),
    region: authorization?.region ?? regionOfHost(hostName(request), "cognito-idp"),
    poolId: text(input, "UserPoolId"),
    clientId: text(input, "ClientId"),
    accessKeyId: authorization?.accessKeyId,
    details: authFlow === undefined ? undefined : { AuthFlow: authFlow },
  };
}

function authenticate(world: World, request: HttpRequest): { readonly principal: Principal; readonly region: string } {
  const { credential, region } = verifySignature(request, {
    service: "cognito-idp",
    region: regionOfHost(hostName(request), "cognito-idp"),
    skewMinutes: SKEW_MINUTES,
    signedNow: world.signatureClock.now(),
    now: world.clock.now(),
    find: world.identities.find,
    refuse: (fault, message) => new ServiceError(SIGNATURE_ERRORS[fault], message),
  });
  return { principal: credential.principal, region };
}

function authorize(principal: Principal, action: string, input: JsonObject, region: string): void {
  const permission = `cognito-idp:${action}`;
  if (isAllowed(principal, permission)) return;
  const pool = optionalString(input, "UserPoolId") ?? "*";
  const resource = `arn:${partitionOf(region)}:cognito-idp:${region}:${principal.accountId}:userpool/${pool}`;
  throw new ServiceError(
    "AccessDeniedException",
    `User: ${principal.arn} is not authorized to perform: ${permission} on resource: ${resource} because no identity-based policy allows the ${permission} action`,
  );
}

/** A header cannot carry line breaks or characters beyond Latin-1. */
const headerSafe = (text: string): string => text.replace(/[^\x20-\x7e]/g, " ").trim();
