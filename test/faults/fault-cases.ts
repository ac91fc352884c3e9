import {
  actOf,
  allCalls,
  type Call,
  caseOf,
  cognitoCalls,
  type Expected,
  type FaultCase,
  forGood,
  type Trouble,
  well,
} from "./fault-case.ts";
import { refusals } from "./refusal-cases.ts";

/** Where an answer was lost after the call took effect, the next send must make good of it. */
const troubles: readonly { readonly trouble: Trouble; readonly status: 500 | 502; readonly says: string }[] = [
  { trouble: { kind: "throttle" }, status: 502, says: "throttles this account" },
  { trouble: { kind: "throttle", status: 429 }, status: 502, says: "throttles this account" },
  { trouble: { kind: "error", type: "InternalErrorException", status: 500 }, status: 500, says: "" },
  { trouble: { kind: "error", type: "InternalErrorException", status: 500, takesEffect: true }, status: 500, says: "" },
  { trouble: { kind: "html", status: 502 }, status: 500, says: "" },
  { trouble: { kind: "html", status: 503, takesEffect: true }, status: 500, says: "" },
  { trouble: { kind: "refused connection" }, status: 500, says: "no connection to" },
  { trouble: { kind: "reset", takesEffect: false }, status: 500, says: "no usable answer from" },
  { trouble: { kind: "reset", takesEffect: true }, status: 500, says: "no usable answer from" },
  { trouble: { kind: "hang" }, status: 500, says: "" },
  { trouble: { kind: "hang", takesEffect: true }, status: 500, says: "" },
];

function passing(): FaultCase[] {
  return allCalls.flatMap((call) =>
    troubles.flatMap(({ trouble, status, says }) => {
      // The token endpoint throttles with a status of its own, which the emulator knows.
      if (call === "Token" && trouble.kind === "throttle" && trouble.status === undefined) return [];
      return [
        caseOf(call, trouble, 1, well),
        caseOf(call, trouble, forGood, { status, says: says === "" ? actOf(call) : says }),
      ];
    }),
  );
}

/** Answers that are no use, however the call went. */
function spoilt(): FaultCase[] {
  const cognito = [...cognitoCalls, "AssumeRole" as const].flatMap((call) => [
    caseOf(call, { kind: "html", status: 403 }, forGood, { status: 500, says: actOf(call) }),
    caseOf(call, { kind: "redirect", location: "http://127.0.0.1:9/" }, forGood, { status: 500, says: actOf(call) }),
    caseOf(call, { kind: "late", takesEffect: false }, forGood, { status: 500, says: actOf(call) }),
    caseOf(call, { kind: "late", takesEffect: true }, forGood, { status: 500, says: actOf(call) }),
  ]);
  // Nobody reads what these answer.
  const unread = (["AdminAddUserToGroup", "AdminSetUserPassword", "AdminDeleteUser"] as const).flatMap((call) => [
    caseOf(call, { kind: "html", status: 200, takesEffect: true }, 1, well),
    caseOf(call, { kind: "truncated" }, 1, well),
  ]);
  const read = (["AdminCreateUser", "AdminInitiateAuth", "AdminRespondToAuthChallenge"] as const).flatMap((call) => [
    caseOf(call, { kind: "html", status: 200, takesEffect: true }, 1, well),
    caseOf(call, { kind: "html", status: 200 }, forGood, { status: 500, says: actOf(call) }),
    caseOf(call, { kind: "truncated" }, 1, well),
    // The other two took effect, and what refuses them when they are sent again says so in its header.
    caseOf(
      call,
      { kind: "truncated" },
      forGood,
      call === "AdminInitiateAuth" ? { status: 500, says: actOf(call) } : well,
    ),
  ]);
  const sts = [
    caseOf("AssumeRole", { kind: "html", status: 200 }, forGood, { status: 500, says: "assume role failed: " }),
    caseOf("AssumeRole", { kind: "truncated" }, 1, well),
    caseOf("AssumeRole", { kind: "truncated" }, forGood, { status: 500, says: "assume role failed: " }),
  ];
  // A proxy's word for what an answer is does not matter.
  const whole = allCalls.map((call) => caseOf(call, { kind: "content type", value: "text/html" }, forGood, well));
  const endless = (["AdminCreateUser", "AdminInitiateAuth", "AssumeRole"] as const).map((call) =>
    caseOf(call, { kind: "oversized" }, 1, well),
  );
  const notAToken = { status: 500, says: "the answer of the token endpoint is not a token" } as const;
  const token = [
    caseOf("Token", { kind: "html", status: 200 }, forGood, notAToken),
    caseOf("Token", { kind: "html", status: 403 }, forGood, { status: 400, says: "answered HTTP 403" }),
    caseOf("Token", { kind: "truncated" }, forGood, notAToken),
    caseOf("Token", { kind: "oversized" }, forGood, notAToken),
    caseOf("Token", { kind: "redirect", location: "http://127.0.0.1:9/" }, forGood, {
      status: 400,
      says: "a redirect",
    }),
    caseOf("Token", { kind: "late", takesEffect: true }, forGood, { status: 500, says: "token request failed: " }),
  ];
  return [...cognito, ...unread, ...read, ...sts, ...whole, ...endless, ...token];
}

function challenges(): FaultCase[] {
  const names = [
    "SMS_MFA",
    "SOFTWARE_TOKEN_MFA",
    "EMAIL_OTP",
    "SMS_OTP",
    "SELECT_MFA_TYPE",
    "MFA_SETUP",
    "SELECT_CHALLENGE",
    "CUSTOM_CHALLENGE",
    "PASSWORD",
    "PASSWORD_SRP",
    "PASSWORD_VERIFIER",
    "DEVICE_SRP_AUTH",
    "DEVICE_PASSWORD_VERIFIER",
    "WEB_AUTHN",
  ];
  return (["AdminInitiateAuth", "AdminRespondToAuthChallenge"] as const).flatMap((call) => [
    ...names.map((name) =>
      caseOf(call, { kind: "challenge", name }, forGood, { status: 400, says: `pool requires ${name}; ` }),
    ),
    caseOf(call, { kind: "challenge", name: "not a challenge\n" }, forGood, {
      status: 400,
      says: "pool requires an unknown challenge; ",
    }),
  ]);
}

function missingFields(): FaultCase[] {
  const without = (call: Call, fields: readonly string[], expected: Expected) =>
    caseOf(call, { kind: "omit", fields }, forGood, expected);
  const broken = (call: Call): Expected => ({ status: 500, says: actOf(call) });
  const notAToken = { status: 500, says: "the answer of the token endpoint is not a token" } as const;
  return [
    without("AdminCreateUser", ["User"], well),
    without("AdminCreateUser", ["User.Username"], well),
    without("AdminInitiateAuth", ["ChallengeName"], { status: 400, says: "pool requires an unknown challenge" }),
    without("AdminInitiateAuth", ["ChallengeParameters"], well),
    without("AdminInitiateAuth", ["Session"], { status: 400, says: "AdminRespondToAuthChallenge failed: " }),
    without("AdminRespondToAuthChallenge", ["AuthenticationResult"], { status: 400, says: "an unknown challenge" }),
    without("AdminRespondToAuthChallenge", ["AuthenticationResult.AccessToken"], broken("AdminRespondToAuthChallenge")),
    without("AdminRespondToAuthChallenge", ["AuthenticationResult.ExpiresIn"], broken("AdminRespondToAuthChallenge")),
    without("AdminRespondToAuthChallenge", ["AuthenticationResult.TokenType"], well),
    ...["Credentials", "AccessKeyId", "SecretAccessKey"].map((field) =>
      without("AssumeRole", [field], broken("AssumeRole")),
    ),
    ...["access_token", "token_type", "expires_in"].map((field) => without("Token", [field], notAToken)),
  ];
}

/** The clean-up after a failure fails as well: the caller is told of the first, and the user does not stay. */
function cleanUps(): FaultCase[] {
  const noGroup = { status: 400, says: "nosuchgroup" } as const;
  const others: readonly Trouble[] = [
    { kind: "error", type: "AccessDeniedException" },
    { kind: "late", takesEffect: false },
    { kind: "late", takesEffect: true },
    { kind: "html", status: 403 },
  ];
  return [...troubles.map(({ trouble }) => trouble), ...others].flatMap((trouble) =>
    [1, forGood].map((times) => caseOf("AdminDeleteUser", trouble, times, noGroup, "clean-up")),
  );
}

/** Every call with everything that may go wrong with it, and what the caller is to be told (api.md, "Errors"). */
export const faultCases: readonly FaultCase[] = [
  ...refusals(),
  ...passing(),
  ...spoilt(),
  ...challenges(),
  ...missingFields(),
  ...cleanUps(),
];
