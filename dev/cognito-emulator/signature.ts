import { createHash, createHmac } from "node:crypto";
import type { HttpRequest } from "./http-message.ts";
import type { Credential } from "./identity-store.ts";
import type { ServiceError } from "./service-error.ts";

export type SignatureFault = "missing" | "incomplete" | "unknown key" | "expired token" | "mismatch";

export interface SignatureRules {
  /** Service that the credential scope must name. */
  readonly service: string;
  /** Region that the scope must name, when the host says one. */
  readonly region: string | undefined;
  /** Longest difference between the signing date and `signedNow`. */
  readonly skewMinutes: number;
  /** Milliseconds: what signing dates are compared with. */
  readonly signedNow: number;
  /** Milliseconds: what the end of temporary credentials is compared with. */
  readonly now: number;
  find(accessKeyId: string): Credential | undefined;
  /** The error that the service reports a fault with. */
  refuse(fault: SignatureFault, message: string): ServiceError;
}

export interface VerifiedSignature {
  readonly credential: Credential;
  readonly region: string;
}

interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/** What the Authorization header claims, without any check; undefined when there is none of AWS's form. */
export function readAuthorization(request: HttpRequest): Authorization | undefined {
  const header = request.headers["authorization"];
  if (header === undefined || !header.startsWith(`${ALGORITHM} `)) return undefined;
  const parts = new Map<string, string>();
  for (const part of header.slice(ALGORITHM.length + 1).split(",")) {
    const equals = part.indexOf("=");
    parts.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const [accessKeyId, date, region, service, end] = (parts.get("Credential") ?? "").split("/");
  const signature = parts.get("Signature");
  const signedHeaders = parts.get("SignedHeaders")?.split(";");
  if (!accessKeyId || !date || !region || !service || end !== "aws4_request" || !signature || !signedHeaders) {
    return undefined;
  }
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

/**
 * Checks a request signed with AWS Signature Version 4, computing the signature from the stored secret.
 * Source: AWS IAM User Guide, "Create a signed AWS API request".
 */
export function verifySignature(request: HttpRequest, rules: SignatureRules): VerifiedSignature {
  const authorization = readAuthorization(request);
  if (authorization === undefined) {
    if (request.headers["authorization"] === undefined) throw rules.refuse("missing", "Missing Authentication Token");
    throw rules.refuse(
      "incomplete",
      "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters and the AWS4-HMAC-SHA256 algorithm.",
    );
  }
  const signedAt = request.headers["x-amz-date"];
  if (signedAt === undefined || !/^\d{8}T\d{6}Z$/.test(signedAt)) {
    throw rules.refuse(
      "incomplete",
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  if (!authorization.signedHeaders.includes("host")) {
    throw rules.refuse("mismatch", "'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (rules.region !== undefined && authorization.region !== rules.region) {
    throw rules.refuse("mismatch", "Credential should be scoped to a valid region. ");
  }
  if (authorization.service !== rules.service) {
    throw rules.refuse("mismatch", `Credential should be scoped to correct service: '${rules.service}'. `);
  }
  if (!signedAt.startsWith(authorization.date)) {
    throw rules.refuse(
      "mismatch",
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${authorization.date}' != '${signedAt.slice(0, 8)}', from '${signedAt}'.`,
    );
  }
  const credential = rules.find(authorization.accessKeyId);
  const token = request.headers["x-amz-security-token"];
  if (credential === undefined || (credential.sessionToken ?? undefined) !== token) {
    throw rules.refuse("unknown key", "The security token included in the request is invalid.");
  }
  if (credential.expiresAt !== undefined && credential.expiresAt <= rules.now) {
    throw rules.refuse("expired token", "The security token included in the request is expired");
  }
  checkSkew(signedAt, rules);
  if (sign(request, authorization, signedAt, credential.secretAccessKey) !== authorization.signature) {
    throw rules.refuse("mismatch", MISMATCH);
  }
  return { credential, region: authorization.region };
}

function checkSkew(signedAt: string, rules: SignatureRules): void {
  const allowed = rules.skewMinutes * 60_000;
  const instant = Date.parse(signedAt.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const now = amzDate(rules.signedNow);
  if (instant < rules.signedNow - allowed) {
    const earliest = amzDate(rules.signedNow - allowed);
    throw rules.refuse(
      "mismatch",
      `Signature expired: ${signedAt} is now earlier than ${earliest} (${now} - ${rules.skewMinutes} min.)`,
    );
  }
  if (instant > rules.signedNow + allowed) {
    const latest = amzDate(rules.signedNow + allowed);
    throw rules.refuse(
      "mismatch",
      `Signature not yet current: ${signedAt} is still later than ${latest} (${now} + ${rules.skewMinutes} min.)`,
    );
  }
}

function sign(request: HttpRequest, authorization: Authorization, signedAt: string, secret: string): string {
  const canonical = [
    request.method,
    request.path.split("/").map(encodeStrictly).join("/"),
    canonicalQuery(request.query),
    ...authorization.signedHeaders.map(
      (name) => `${name}:${(request.headers[name] ?? "").trim().replace(/\s+/g, " ")}`,
    ),
    "",
    authorization.signedHeaders.join(";"),
    createHash("sha256").update(request.body).digest("hex"),
  ].join("\n");
  const { date, region, service } = authorization;
  const toSign = [
    ALGORITHM,
    signedAt,
    `${date}/${region}/${service}/aws4_request`,
    createHash("sha256").update(canonical).digest("hex"),
  ].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<string | Buffer>(
    (parent, part) => createHmac("sha256", parent).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac("sha256", key).update(toSign).digest("hex");
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  return query
    .split("&")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const [name, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return `${encodeStrictly(decodeURIComponent(name))}=${encodeStrictly(decodeURIComponent(value))}`;
    })
    .sort()
    .join("&");
}

const encodeStrictly = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const amzDate = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
