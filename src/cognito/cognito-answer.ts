import { isJsonObject, type JsonObject } from "../framework/index.ts";
import { word } from "./network-failure.ts";
import { readBody } from "./read-body.ts";

/** Bytes. The longest answer that is meant, tokens and attributes of one user, has some 10,000. */
const largestAnswer = 1_000_000;

/** An answer of Cognito, or of whoever answered in its place, that is not what the call was to bring. */
export class FailedAnswer extends Error {
  override readonly name = "FailedAnswer";
  readonly status: number;
  /** AWS's error class; undefined where the answer names none that could be one. */
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  /** The call was signed at a wrong time, which has been put right meanwhile. */
  readonly clockCorrected: boolean;

  constructor({ status, headers }: Response, code: string | undefined, { clockCorrected }: Circumstances) {
    super(`HTTP ${status}`);
    this.status = status;
    this.code = code;
    this.requestId = headers.get("x-amzn-requestid") ?? undefined;
    this.clockCorrected = clockCorrected;
  }
}

type Circumstances = Pick<FailedAnswer, "clockCorrected">;

/** What a call brought, as it came. Rejects with FailedAnswer or TooLargeError. */
export async function readAnswer(response: Response, circumstances: Circumstances): Promise<JsonObject> {
  const body = parse(await readBody(response, largestAnswer));
  if (response.ok && isJsonObject(body)) return body;
  const code = response.ok ? undefined : codeOf(response, isJsonObject(body) ? body : {});
  throw new FailedAnswer(response, code, circumstances);
}

/** Calls that bring nothing are answered with an empty body. Undefined: not JSON. */
function parse(body: Uint8Array): unknown {
  if (body.byteLength === 0) return {};
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Smithy, AWS JSON 1.1 protocol: a namespace may stand before the name, and an address behind it. */
function codeOf({ headers }: Response, body: JsonObject): string | undefined {
  const named = body["__type"] ?? body["code"] ?? headers.get("x-amzn-errortype");
  if (typeof named !== "string") return undefined;
  const [beforeAddress = ""] = named.split(/[,:]/);
  return word(beforeAddress.split("#").at(-1));
}
