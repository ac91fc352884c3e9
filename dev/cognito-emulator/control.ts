import type { CallLog } from "./call-log.ts";
import { readFaultRule } from "./fault-rule.ts";
import type { FaultHandle, Faults } from "./faults.ts";
import { bodyText, type HttpAnswer, type HttpRequest, jsonAnswer } from "./http-message.ts";
import { isJsonObject } from "./json.ts";
import { QUOTA_CATEGORIES, type Quotas } from "./quotas.ts";
import type { UserPool } from "./user-pool.ts";
import type { PoolDirectory } from "./world.ts";

const PREFIX = "/_emulator/";

export const isControlPath = (path: string): boolean => path.startsWith(PREFIX);

export interface Controlled {
  readonly pools: PoolDirectory;
  readonly faults: Faults;
  readonly quotas: Quotas;
  readonly log: CallLog;
  secretsSeen(): readonly string[];
}

/** What a separate process uses in place of the in-process API; README.md lists the requests. */
export function answerControl(request: HttpRequest, controlled: Controlled): HttpAnswer {
  const [resource = "", id] = request.path.slice(PREFIX.length).split("/");
  const answer = routes[`${request.method} ${resource}`];
  if (answer === undefined)
    return refusal(404, `The emulator has no ${request.method} ${request.path}; its README.md lists what there is.`);
  try {
    return answer(controlled, request, id);
  } catch (error) {
    if (error instanceof TypeError) return refusal(400, error.message);
    throw error;
  }
}

type Route = (controlled: Controlled, request: HttpRequest, id: string | undefined) => HttpAnswer;

const routes: Readonly<Record<string, Route>> = {
  "GET state": ({ pools, faults, quotas, log }) =>
    jsonAnswer(200, {
      pools: pools.list().map(describePool),
      faults: faults.list().map(describeFault),
      quotas: quotas.list(),
      calls: log.calls.length,
    }),
  "GET calls": ({ log }) => jsonAnswer(200, log.calls),
  "DELETE calls": ({ log }) => {
    log.clear();
    return empty;
  },
  "GET secrets": ({ secretsSeen }) => jsonAnswer(200, secretsSeen()),
  "GET faults": ({ faults }) => jsonAnswer(200, faults.list().map(describeFault)),
  "POST faults": ({ faults }, request) => jsonAnswer(201, describeFault(faults.add(readFaultRule(json(request))))),
  "DELETE faults": ({ faults }, _request, id) => {
    if (id === undefined) {
      faults.clear();
      return empty;
    }
    const fault = faults.find(Number(id));
    if (fault === undefined) return refusal(404, `There is no fault ${id}.`);
    fault.remove();
    return empty;
  },
  "PUT quotas": ({ quotas }, request, id) => {
    const body = json(request);
    const perSecond = isJsonObject(body) ? body["perSecond"] : undefined;
    const burst = isJsonObject(body) ? (body["burst"] ?? perSecond) : undefined;
    if (typeof perSecond !== "number" || typeof burst !== "number") {
      throw new TypeError("The body must be a JSON object with the number perSecond and, if wanted, the number burst.");
    }
    quotas.set(categoryNamed(id), perSecond, burst);
    return empty;
  },
  "DELETE quotas": ({ quotas }, _request, id) => {
    quotas.lift(categoryNamed(id));
    return empty;
  },
};

const empty: HttpAnswer = { status: 204, headers: {}, body: "" };
const refusal = (status: number, message: string): HttpAnswer => jsonAnswer(status, { message });

function categoryNamed(name: string | undefined) {
  const category = QUOTA_CATEGORIES.find((known) => known === name);
  if (category === undefined) throw new TypeError(`The quota must be one of ${QUOTA_CATEGORIES.join(", ")}.`);
  return category;
}

function json(request: HttpRequest): unknown {
  try {
    return JSON.parse(bodyText(request));
  } catch {
    throw new TypeError("The body is not JSON.");
  }
}

const describeFault = ({ id, rule, struck, waiting }: FaultHandle) => ({ id, ...rule, struck, waiting });

const describePool = (pool: UserPool) => ({
  id: pool.id,
  name: pool.name,
  region: pool.region,
  accountId: pool.accountId,
  domain: pool.domain,
  issuer: pool.issuer,
  groups: pool.groups().map((group) => group.name),
  clients: pool.clients().map(({ secret, ...client }) => ({ ...client, hasSecret: secret !== undefined })),
  users: pool.users(),
});
