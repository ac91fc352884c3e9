import { bodyText, type HttpRequest, hostName } from "./http-message.ts";
import { type Credential, isAllowed, type Principal, type Role, trustNames } from "./identity-store.ts";
import { optionalString } from "./input.ts";
import { regionOfHost } from "./partition.ts";
import type { Quotas } from "./quotas.ts";
import type { CallDescription, Service, ServiceAnswer } from "./service.ts";
import { ServiceError } from "./service-error.ts";
import { readAuthorization, type SignatureFault, verifySignature } from "./signature.ts";
import { readJwt } from "./signing-key.ts";
import type { World } from "./world.ts";
import { element, type XmlContent } from "./xml.ts";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
const VERSION = "2011-06-15";
const SKEW_MINUTES = 15;
const MIN_DURATION = 900;
/** A role assumed with a role's session ("chaining") lasts an hour at most. */
const MAX_CHAINED_DURATION = 3600;

/** Issuer of `webIdentityToken`; roles trust it by their `webIdentity` option. */
export const WEB_IDENTITY_ISSUER = "https://oidc.cognito-emulator.invalid";

const SIGNATURE_ERRORS: Readonly<Record<SignatureFault, string>> = {
  missing: "MissingAuthenticationToken",
  incomplete: "IncompleteSignature",
  "unknown key": "InvalidClientTokenId",
  "expired token": "ExpiredToken",
  mismatch: "SignatureDoesNotMatch",
};

type Caller = { readonly principal: Principal; readonly region: string };

/** AWS Security Token Service over the Query protocol. */
export function stsService(world: World, quotas: Quotas): Service {
  const refuse = (error: ServiceError): ServiceAnswer => ({
    status: error.status,
    headers: { "content-type": "text/xml" },
    body: element(
      "ErrorResponse",
      [
        [
          "Error",
          [
            ["Type", error.status >= 500 ? "Receiver" : "Sender"],
            ["Code", error.type],
            ["Message", error.message],
          ],
        ],
        ["RequestId", world.identifiers.uuid()],
      ],
      NAMESPACE,
    ),
    outcome: error.type,
  });

  function run(request: HttpRequest): string {
    const form = formOf(request);
    const action = form.get("Action") ?? "";
    if (form.get("Version") !== VERSION || !Object.hasOwn(actions, action)) {
      throw new ServiceError(
        "InvalidAction",
        `Could not find operation ${action} for version ${form.get("Version") ?? "NO_VERSION_SPECIFIED"}`,
      );
    }
    const caller = action === "AssumeRoleWithWebIdentity" ? undefined : authenticate(world, request);
    if (!quotas.admit("SecurityTokenService", caller?.principal.accountId ?? "", caller?.region ?? "")) {
      throw new ServiceError("Throttling", "Rate exceeded");
    }
    const result = actions[action]?.(world, form, caller) ?? [];
    return element(
      `${action}Response`,
      [
        [`${action}Result`, result],
        ["ResponseMetadata", [["RequestId", world.identifiers.uuid()]]],
      ],
      NAMESPACE,
    );
  }

  return {
    name: "sts",
    describe,
    noteSecrets(request) {
      world.secrets.add(request.headers["x-amz-security-token"], formOf(request).get("WebIdentityToken") ?? undefined);
    },
    refuse,
    throttled: (status = 400) => refuse(new ServiceError("Throttling", "Rate exceeded", status)),
    answer(request) {
      try {
        return { status: 200, headers: { "content-type": "text/xml" }, body: run(request), outcome: "ok" };
      } catch (error) {
        if (error instanceof ServiceError) return refuse(error);
        throw error;
      }
    },
  };
}

const actions: Readonly<
  Record<string, (world: World, form: URLSearchParams, caller: Caller | undefined) => XmlContent>
> = {
  GetCallerIdentity: (_world, _form, caller) => [
    ["Arn", caller?.principal.arn ?? ""],
    ["UserId", caller?.principal.userId ?? ""],
    ["Account", caller?.principal.accountId ?? ""],
  ],

  AssumeRole(world, form, caller) {
    const arn = required(form, "RoleArn");
    const sessionName = sessionNameIn(form);
    const externalId = form.get("ExternalId") ?? undefined;
    const role = world.identities.role(arn);
    const trusted = role !== undefined && caller !== undefined && trusts(role, caller.principal, externalId);
    if (caller === undefined || role === undefined || !trusted || !isAllowed(caller.principal, "sts:AssumeRole")) {
      throw new ServiceError(
        "AccessDenied",
        `User: ${caller?.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
        403,
      );
    }
    const chained = caller.principal.arn.includes(":assumed-role/");
    const durationSeconds = durationIn(form, role, chained);
    return sessionElements(world, role, { sessionName, externalId, durationSeconds });
  },

  AssumeRoleWithWebIdentity(world, form) {
    const arn = required(form, "RoleArn");
    const sessionName = sessionNameIn(form);
    const claims = readJwt(required(form, "WebIdentityToken"));
    if (claims === undefined || claims["iss"] !== WEB_IDENTITY_ISSUER) {
      throw new ServiceError(
        "InvalidIdentityToken",
        "No OpenIDConnect provider found in your account for the token's issuer",
      );
    }
    if (Number(claims["exp"]) * 1000 <= world.clock.now()) {
      throw new ServiceError(
        "ExpiredTokenException",
        "Token expired: current date/time must be before the expiration date/time",
      );
    }
    const role = world.identities.role(arn);
    const trust = role?.webIdentity;
    const matches = (wanted: string | undefined, claim: string) => wanted === undefined || wanted === claims[claim];
    if (
      role === undefined ||
      trust === undefined ||
      !matches(trust.subject, "sub") ||
      !matches(trust.audience, "aud")
    ) {
      throw new ServiceError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403);
    }
    const durationSeconds = durationIn(form, role, false);
    return [
      ...sessionElements(world, role, { sessionName, externalId: undefined, durationSeconds }),
      ["SubjectFromWebIdentityToken", optionalString(claims, "sub") ?? ""],
      ["Provider", WEB_IDENTITY_ISSUER],
    ];
  },
};

const trusts = (role: Role, principal: Principal, externalId: string | undefined): boolean =>
  (role.externalId === undefined || role.externalId === externalId) &&
  (role.trusted === undefined || trustNames(principal).some((name) => role.trusted?.includes(name)));

function sessionElements(
  world: World,
  role: Role,
  request: { readonly sessionName: string; readonly externalId: string | undefined; readonly durationSeconds: number },
): readonly [string, XmlContent][] {
  const session = world.identities.openSession(role, request, world.clock.now());
  world.secrets.add(session.secretAccessKey, session.sessionToken);
  return [
    ["Credentials", credentialElements(session)],
    [
      "AssumedRoleUser",
      [
        ["AssumedRoleId", session.principal.userId],
        ["Arn", session.principal.arn],
      ],
    ],
  ];
}

const credentialElements = (
  session: Credential & { readonly sessionToken: string; readonly expiresAt: number },
): XmlContent => [
  ["AccessKeyId", session.accessKeyId],
  ["SecretAccessKey", session.secretAccessKey],
  ["SessionToken", session.sessionToken],
  ["Expiration", new Date(session.expiresAt).toISOString().replace(/\.\d+Z$/, "Z")],
];

function authenticate(world: World, request: HttpRequest): Caller {
  const { credential, region } = verifySignature(request, {
    service: "sts",
    region: regionOfHost(hostName(request), "sts"),
    skewMinutes: SKEW_MINUTES,
    signedNow: world.signatureClock.now(),
    now: world.clock.now(),
    find: world.identities.find,
    refuse: (fault, message) => new ServiceError(SIGNATURE_ERRORS[fault], message, 403),
  });
  return { principal: credential.principal, region };
}

function describe(request: HttpRequest): CallDescription {
  const form = formOf(request);
  const authorization = readAuthorization(request);
  const details: Record<string, string> = {};
  for (const name of ["RoleArn", "RoleSessionName", "ExternalId", "DurationSeconds"]) {
    const value = form.get(name);
    if (value !== null) details[name] = value;
  }
  return {
    action: form.get("Action") ?? "",
    region: authorization?.region ?? regionOfHost(hostName(request), "sts"),
    accessKeyId: authorization?.accessKeyId,
    details,
  };
}

const formOf = (request: HttpRequest): URLSearchParams =>
  new URLSearchParams(request.method === "GET" ? request.query : bodyText(request));

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === "") {
    const member = name.charAt(0).toLowerCase() + name.slice(1);
    throw new ServiceError(
      "ValidationError",
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

function sessionNameIn(form: URLSearchParams): string {
  const name = required(form, "RoleSessionName");
  if (!/^[\w+=,.@-]{2,64}$/.test(name)) {
    throw new ServiceError(
      "ValidationError",
      `1 validation error detected: Value '${name}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  }
  return name;
}

function durationIn(form: URLSearchParams, role: Role, chained: boolean): number {
  const seconds = Number(form.get("DurationSeconds") ?? "3600");
  if (!Number.isInteger(seconds) || seconds < MIN_DURATION) {
    throw new ServiceError(
      "ValidationError",
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to ${MIN_DURATION}`,
    );
  }
  if (chained && seconds > MAX_CHAINED_DURATION) {
    throw new ServiceError(
      "ValidationError",
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  }
  if (seconds > role.maxSessionSeconds) {
    throw new ServiceError(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
  return seconds;
}
