import { beforeAll, expect, test } from "bun:test";
import { describeOnRealServers } from "../servers/every-server.ts";
import type { RealServer } from "../servers/real-server.ts";
import { type CognitoWorld, mountCognito, read, secretsWrittenDown, write } from "../stories/cognito-world.ts";
import { worldMountedOn } from "../stories/world-of-a-story.ts";
import type { FaultCase } from "./fault-case.ts";
import { faultCases } from "./fault-cases.ts";

const sample = [
  "AdminCreateUser, error, AccessDeniedException, 400, for good",
  "AdminCreateUser, error, UsernameExistsException, once",
  "AdminCreateUser, error, UsernameExistsException, 400, for good",
  "AdminCreateUser, throttle, for good",
  "AdminCreateUser, error, InternalErrorException, 500, after it took effect, for good",
  "AdminCreateUser, reset, after it took effect, once",
  "AdminCreateUser, hang, after it took effect, for good",
  "AdminAddUserToGroup, error, ResourceNotFoundException, 400, for good",
  "AdminAddUserToGroup, reset, after it took effect, for good",
  "AdminInitiateAuth, challenge, MFA_SETUP, for good",
  "AdminInitiateAuth, html, 502, once",
  "AdminRespondToAuthChallenge, truncated, for good",
  "AdminRespondToAuthChallenge, reset, after it took effect, once",
  "AdminSetUserPassword, error, PasswordHistoryPolicyViolationException, 400, for good",
  "AdminDeleteUser, error, AccessDeniedException, 400, for good",
  "AdminDeleteUser, throttle, for good",
  "AssumeRole, error, AccessDenied, 403, for good",
  "AssumeRole, html, 200, for good",
  "Token, error, invalid_client, 401, for good",
  "Token, throttle, 429, for good",
];

/**
 * How often clients ask again after a 5xx: twice by default (api/client.go, MaxRetries), as Vault Agent does. The command
 * line does so only when it is told to (command/base.go).
 */
const retriesOfClients = 2;
/** What the engine is told, so that nobody waits for long. */
const impatience = { request_timeout: 1, max_retries: 1 };

describeOnRealServers("a sample of faults", ({ kind, shared }) => {
  const world = worldMountedOn(shared);
  const answers: Record<string, number> = {};
  beforeAll(async () => {
    const server = shared();
    await write(server, "cognito/config", impatience);
    await write(server, "cognito/roles/password", { ...world().userRole, issue_tokens: false });
    await mountCognito(server, world(), "assuming");
    const aws_assume_role_arn = world().emulator.createRole({ name: "cognito" }).arn;
    await write(server, "assuming/config", { ...impatience, aws_assume_role_arn });
  });

  for (const name of sample) {
    test(name, async () => {
      const faultCase = caseNamed(name);
      const { call, expected, during, times } = faultCase;
      // The server's own words around a failed revocation make it the caller's fault.
      const code = during === "revoke" ? 400 : expected.status;
      const asked = await askWith(overHttp, shared(), world(), faultCase);
      answers[asked.code] = (answers[asked.code] ?? 0) + 1;
      expect(asked).toEqual({ code, says: expect.stringContaining(expected.says), requests: 1 });

      // They wait for a second or more each time: the first call stands for all.
      const maxRetries = call === "AdminCreateUser" ? retriesOfClients : 0;
      const typed = await askWith(byCommand(maxRetries), shared(), world(), faultCase);
      const retries = code >= 500 && times !== 1 ? maxRetries : 0;
      expect(typed).toEqual({
        code: code === 200 ? 0 : 2,
        says: expect.stringContaining(expected.says),
        requests: 1 + retries,
      });
    });
  }

  test("leaves no user and no secret behind", () => {
    const told = Object.entries(answers).map(([status, count]) => `${status}: ${count}`);
    const left = world().userPool.usernames().length;
    const seen = secretsWrittenDown(shared(), world());
    console.log(
      `faults on ${kind}: ${sample.length} cases, answers ${told.join(", ")}; users left ${left}; secrets seen ${seen}`,
    );
    expect({ left, seen }).toEqual({ left: 0, seen: 0 });
  });
});

interface Asked {
  /** The status, or the exit code of the command. */
  readonly code: number;
  readonly says: string;
}

type Ask = (server: RealServer, path: string, leaseId: string | undefined) => Promise<Asked>;

const overHttp: Ask = async (server, path, leaseId) => {
  const { status, body } =
    leaseId === undefined
      ? await server.http<{ errors?: string[] }>("GET", path)
      : await server.http<{ errors?: string[] }>("PUT", "sys/leases/revoke", { lease_id: leaseId, sync: true });
  return { code: status === 204 ? 200 : status, says: body?.errors?.join(" ") ?? "" };
};

const byCommand =
  (maxRetries: number): Ask =>
  async (server, path, leaseId) => {
    const args = leaseId === undefined ? ["read", path] : ["lease", "revoke", "-sync", leaseId];
    const env = { VAULT_MAX_RETRIES: String(maxRetries), BAO_MAX_RETRIES: String(maxRetries) };
    const { exitCode, stderr } = await server.cli(args, { mayFail: true, env });
    return { code: exitCode, says: stderr.replace(/\s+/g, " ") };
  };

/** Asks while the fault is there, and takes away what was made, when it has gone. */
async function askWith(ask: Ask, server: RealServer, world: CognitoWorld, faultCase: FaultCase) {
  const { call, trouble, during, times } = faultCase;
  if (trouble.kind === "refused connection" || trouble.kind === "late") throw new Error(`not here: ${trouble.kind}`);
  const path = pathOf(call);
  // Writing the config forgets the role that was assumed.
  await write(server, "assuming/config", impatience);
  const leaseId = during === "revoke" ? (await read(server, path)).lease_id : undefined;
  const before = server.auditText().length;
  const fault = world.emulator.faults.add({ match: { action: call, times }, fault: trouble });
  const asked = await ask(server, path, leaseId);
  fault.remove();
  const requests = requestsFor(leaseId === undefined ? path : "sys/leases/revoke/", server.auditText().slice(before));
  await server.http("PUT", `sys/leases/revoke-prefix/${path}`, { sync: true });
  expect(world.userPool.usernames()).toEqual([]);
  return { ...asked, requests };
}

function requestsFor(path: string, audit: string): number {
  const entries: { type: string; request: { path: string } }[] = audit
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  return entries.filter(({ type, request }) => type === "request" && `${request.path}/`.startsWith(path)).length;
}

function pathOf(call: FaultCase["call"]): string {
  switch (call) {
    case "Token":
      return "cognito/creds/machine";
    case "AssumeRole":
      return "assuming/creds/app";
    case "AdminSetUserPassword":
      return "cognito/creds/password";
    default:
      return "cognito/creds/app";
  }
}

function caseNamed(name: string): FaultCase {
  const found = faultCases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the table has no case ${name}`);
  return found;
}
