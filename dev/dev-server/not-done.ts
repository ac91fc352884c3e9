/** What the dev server leaves to a real server. It says so when it is asked; whoever adds one of these takes its entry out. */
export interface NotDone {
  readonly what: string;
  /** Paths, without `/v1/`, that would belong to it. */
  readonly paths: RegExp;
  /** A path and a method that show it. */
  readonly example: { readonly method: string; readonly path: string };
  readonly why: string;
}

export const notDone: readonly NotDone[] = [
  {
    what: "policies",
    paths: /^sys\/(policy|policies\/acl)(\/|$)/,
    example: { method: "PUT", path: "sys/policies/acl/readers" },
    why: "its one token may do everything, so a policy would be kept and never enforced",
  },
  {
    what: "tokens other than the root token",
    paths: /^auth\/token\//,
    example: { method: "POST", path: "auth/token/create" },
    why: "it has one root token",
  },
  {
    what: "auth methods",
    paths: /^(auth\/|sys\/auth\/)/,
    example: { method: "POST", path: "sys/auth/userpass" },
    why: "it runs secrets engines only",
  },
  {
    what: "entities and groups",
    paths: /^identity(\/|$)/,
    example: { method: "GET", path: "identity/entity/id" },
    why: "its one token belongs to nobody",
  },
  {
    what: "engines of its own, such as kv or cubbyhole",
    paths: /^(secret|cubbyhole)(\/|$)/,
    example: { method: "GET", path: "cubbyhole/note" },
    why: "it runs plugins only",
  },
  {
    what: "tidying leases",
    paths: /^sys\/leases\/tidy$/,
    example: { method: "PUT", path: "sys/leases/tidy" },
    why: "it keeps none that are over",
  },
  {
    what: "moving a mount",
    paths: /^sys\/remount/,
    example: { method: "POST", path: "sys/remount" },
    why: "disable it and enable it at the other path",
  },
  {
    what: "audit devices",
    paths: /^sys\/audit(\/|$|-)/,
    example: { method: "PUT", path: "sys/audit/file" },
    why: "what is tried here needs no audit",
  },
  {
    what: "namespaces",
    paths: /^sys\/namespaces(\/|$)/,
    example: { method: "PUT", path: "sys/namespaces/team" },
    why: "they are OpenBao's and Vault Enterprise's",
  },
  {
    what: "a restart that finds its storage again",
    paths: /^sys\/(init|step-down)$/,
    example: { method: "PUT", path: "sys/init" },
    why: "it keeps everything in memory, from its start on",
  },
  {
    what: "quotas, raft, metrics, host information and other ways to operate a server",
    paths:
      /^sys\/(quotas|storage|metrics|host-info|pprof|config|rotate|rekey|generate-root|replication|ha-status)(\/|$)/,
    example: { method: "GET", path: "sys/metrics" },
    why: "it keeps nothing, so there is nothing to operate",
  },
];

/** Why a path is not served; undefined for one that no server has. */
export function whyNotDone(path: string): string | undefined {
  const found = notDone.find(({ paths }) => paths.test(path));
  return found === undefined ? undefined : `the dev server does not do ${found.what}: ${found.why}`;
}
