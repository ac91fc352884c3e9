/**
 * What of the stories the dev server is not told, and why. What it does not do at all is listed in dev/dev-server/not-done.ts; the names
 * in `needs` are those of that list, so an entry is out of date as soon as the dev server learns to do it.
 */

/** A test that the dev server is known to fail. It is run there too, and passing it fails: then the entry is out of date. */
export interface DevServerGap {
  readonly story: string;
  readonly test: string;
  readonly reason: string;
}

export const devServerGaps: readonly DevServerGap[] = [];

/** A file whose stories are told by `describeOnRealServers`. */
export interface RealServersOnly {
  readonly file: string;
  /** What the dev server does not do. Absent: it could be told them, and `why` says why that would show nothing. */
  readonly needs?: string;
  readonly why: string;
}

const policies = "policies";
const tokens = "tokens other than the root token";
const ownEngines = "engines of its own, such as kv or cubbyhole";
const restart = "a restart that finds its storage again";

export const realServersOnly: readonly RealServersOnly[] = [
  { file: "examples/policies/policies.test.ts", needs: policies, why: "it shows what policies allow and deny" },
  {
    file: "examples/test-users/test-users.test.ts",
    needs: policies,
    why: "its CI job may do what a policy says, no more",
  },
  { file: "examples/vault-agent/vault-agent.test.ts", needs: tokens, why: "the agent signs in and gets a token" },
  {
    file: "examples/vault-secrets-operator/manifests.test.ts",
    needs: policies,
    why: "the operator may do what a policy says, no more",
  },
  { file: "test/chaos/bad-input.test.ts", why: "it tells what comes through the servers of production, byte by byte" },
  { file: "test/chaos/crashes.test.ts", why: "it kills the plugin at every step of its work, whoever started it" },
  { file: "test/chaos/mounts.test.ts", needs: restart, why: "a thousand mounts start with their server" },
  {
    file: "test/chaos/odd-aws.test.ts",
    why: "it shows what one mount's AWS does to others in the servers of production",
  },
  { file: "test/chaos/reloads.test.ts", why: "how servers stop a process that several mounts share is theirs" },
  {
    file: "test/chaos/runbooks.test.ts",
    why: "its commands are for the servers of production, irrevocable leases included",
  },
  {
    file: "test/chaos/storms.test.ts",
    why: "it measures how the plugin stands a storm from the servers of production",
  },
  { file: "test/conformance/go-plugin/go-plugin.test.ts", needs: restart, why: "it chooses the server's storage" },
  { file: "test/faults/faults-on-servers.test.ts", needs: "audit devices", why: "it counts requests in the audit log" },
  {
    file: "test/networks/aws-chain.test.ts",
    why: "it is between the plugin and AWS; a server gives its environment only",
  },
  {
    file: "test/networks/corporate-networks.test.ts",
    why: "it is between the plugin and AWS; a server gives its environment only",
  },
  { file: "test/readme/server-messages.test.ts", why: "it is about what the servers of production say themselves" },
  { file: "test/servers/real-server.test.ts", needs: ownEngines, why: "it tries the harness of the real servers" },
  { file: "test/stories/vault-agent.test.ts", needs: tokens, why: "the agent signs in and gets a token" },
  {
    file: "test/upgrade/describe-upgrade.ts",
    needs: restart,
    why: "an upgrade is on storage that outlives its server",
  },
];
