import type { HandleRequestReply, ProtoError } from "../gen/backend.ts";

/** What a caller of the host's HTTP API gets to see of a reply. */
export interface HttpOutcome {
  readonly status: number;
  readonly error: string | undefined;
}

/** sdk/logical/error.go, sdk/logical/response_util.go: texts and types of error that have a status of their own. */
const statusByText = new Map([
  ["permission denied", 403],
  ["unsupported operation", 405],
  ["unsupported path", 404],
  ["invalid request", 400],
  ["upstream rate limited", 502],
]);
const sentinelOfType = new Map([
  [5, "unsupported operation"],
  [6, "unsupported path"],
  [7, "invalid request"],
  [8, "permission denied"],
]);

/** The rules of translation.go and response_util.go, written down a second time, for a request that is not a read or list. */
export function readAsHost({ response, err }: HandleRequestReply): HttpOutcome {
  // What fails to parse here fails the whole request on a host.
  const data: unknown = response === undefined ? undefined : JSON.parse(response.data);
  if (response?.secret !== undefined) readSecret(response.secret);
  const errorText = textOfErrorResponse(data);
  if (err === undefined && errorText === undefined)
    return { status: response === undefined ? 204 : 200, error: undefined };
  const text = err === undefined ? undefined : textOf(err);
  const byText = text === undefined ? undefined : statusByText.get(text);
  return { status: byText ?? (response === undefined ? 500 : 400), error: errorText ?? text };
}

function readSecret({
  internal_data,
  lease_options,
}: NonNullable<NonNullable<HandleRequestReply["response"]>["secret"]>) {
  JSON.parse(internal_data);
  if (lease_options !== undefined && lease_options.issue_time === undefined)
    throw new Error("timestamp: nil Timestamp");
}

function textOfErrorResponse(data: unknown): string | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const isError = "error" in data && Object.keys(data).length === 1;
  return isError ? String(data.error) : undefined;
}

/** @throws for a type that hosts read as no error at all. */
function textOf({ err_type, err_msg }: ProtoError): string {
  if (err_type > 10) throw new Error(`err_type ${err_type} is success to a host`);
  return sentinelOfType.get(err_type) ?? err_msg;
}
