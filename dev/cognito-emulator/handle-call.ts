import type { SignInOverride } from "./action.ts";
import type { CallLog } from "./call-log.ts";
import type { Fault, Faults, StruckFault } from "./faults.ts";
import { type HttpRequest, htmlAnswer } from "./http-message.ts";
import { isJsonObject, type JsonObject, parseJsonObject } from "./json.ts";
import type { Service, ServiceAnswer } from "./service.ts";
import { ServiceError } from "./service-error.ts";

/** What goes back over the connection. */
export type Outcome =
  | { readonly kind: "answer"; readonly answer: ServiceAnswer }
  | { readonly kind: "oversized"; readonly bytes: number; readonly contentType: string }
  | { readonly kind: "reset" };

const OVERSIZED_BYTES = 8 * 1024 * 1024;

/** Records the call, lets faults have their way with it, and has the service answer. */
export async function handleCall(
  request: HttpRequest,
  service: Service,
  faults: Faults,
  log: CallLog,
): Promise<Outcome> {
  const description = service.describe(request);
  service.noteSecrets(request);
  const finish = log.begin(service.name, description);
  const struck = faults.strike(description);
  await waitFor(struck, false);
  const decisive = struck.find(({ fault }) => !isWait(fault) && !isOverride(fault))?.fault;
  if (decisive !== undefined && !carriedOut(decisive)) {
    finish(`fault: ${decisive.kind}`);
    return replaced(decisive, service, undefined);
  }
  const answer = service.answer(request, overrideOf(struck));
  await waitFor(struck, true);
  finish(decisive === undefined ? answer.outcome : `fault: ${decisive.kind}`);
  return decisive === undefined ? { kind: "answer", answer } : replaced(decisive, service, answer);
}

const isWait = (fault: Fault): boolean => fault.kind === "hang" || fault.kind === "delay";
const isOverride = (fault: Fault): boolean => fault.kind === "challenge" || fault.kind === "tokens at once";

async function waitFor(struck: readonly StruckFault[], tookEffect: boolean): Promise<void> {
  for (const { fault, hold } of struck) {
    if (fault.kind === "hang" && (fault.takesEffect ?? false) === tookEffect) await hold();
    if (fault.kind === "delay" && !tookEffect) await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
  }
}

/** Whether the call is carried out although its answer is lost or spoilt. */
function carriedOut(fault: Fault): boolean {
  switch (fault.kind) {
    case "error":
    case "html":
    case "reset":
      return fault.takesEffect ?? false;
    case "throttle":
    case "redirect":
      return false;
    default:
      return true;
  }
}

function overrideOf(struck: readonly StruckFault[]): SignInOverride {
  const found = struck.find(({ fault }) => isOverride(fault))?.fault;
  if (found?.kind === "challenge") return { challenge: { name: found.name, parameters: found.parameters ?? {} } };
  return { tokensAtOnce: found?.kind === "tokens at once" };
}

function replaced(fault: Fault, service: Service, answer: ServiceAnswer | undefined): Outcome {
  const right = answer ?? service.refuse(new ServiceError("InternalErrorException", "", 500));
  const become = (changed: Partial<ServiceAnswer>): Outcome => ({ kind: "answer", answer: { ...right, ...changed } });
  switch (fault.kind) {
    case "error":
      return become(
        service.refuse(new ServiceError(fault.type, fault.message ?? "Injected by the emulator.", fault.status)),
      );
    case "throttle":
      return become(service.throttled(fault.status));
    case "html":
      return become(htmlAnswer(fault.status, "Service Unavailable"));
    case "truncated":
      return become({ body: right.body.slice(0, Math.floor(right.body.length / 2)) });
    case "omit":
      return become({ body: fault.fields.reduce(withoutField, right.body) });
    case "content type":
      return become({ headers: { ...right.headers, "content-type": fault.value } });
    case "redirect":
      return become({
        status: fault.status ?? 302,
        headers: { location: fault.location, "content-type": "text/html" },
        body: "",
      });
    case "oversized":
      return {
        kind: "oversized",
        bytes: fault.bytes ?? OVERSIZED_BYTES,
        contentType: right.headers["content-type"] ?? "",
      };
    case "reset":
      return { kind: "reset" };
    default:
      return { kind: "answer", answer: right };
  }
}

function withoutField(body: string, field: string): string {
  const parsed = parseJsonObject(body);
  if (parsed === undefined) return body.replace(new RegExp(`<${field}>[\\s\\S]*?</${field}>`), "");
  return JSON.stringify(without(parsed, field.split(".")));
}

function without(value: JsonObject, [first = "", ...rest]: readonly string[]): JsonObject {
  const { [first]: found, ...others } = value;
  return rest.length > 0 && isJsonObject(found) ? { ...others, [first]: without(found, rest) } : others;
}
