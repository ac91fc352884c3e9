/** One request to a mount; its path is the mount's own. */
export interface Step {
  readonly method: "GET" | "PUT" | "PATCH" | "DELETE" | "LIST" | "HEAD";
  readonly path: string;
  readonly body?: unknown;
}

/** A short story of requests, told to a mount that has no config and no roles. */
export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
}

const user = {
  credential_type: "user",
  region: "eu-west-1",
  app_client_id: "client",
  user_pool_id: "eu-west-1_Abc123",
  group: "readers",
  dummy_email_domain: "example.com",
};
const machine = {
  credential_type: "client_credentials_grant",
  app_client_id: "client",
  app_client_secret: "secret",
  cognito_pool_domain: "pool.auth.eu-west-1.amazoncognito.com",
};
const key = { aws_access_key_id: "AKIA", aws_secret_access_key: "secret" };

const put = (path: string, body: unknown): Step => ({ method: "PUT", path, body });
const get = (path: string): Step => ({ method: "GET", path });
const show = (value: unknown): string => JSON.stringify(value);

const values = [
  null,
  true,
  false,
  0,
  1,
  -1,
  1.5,
  -0.5,
  1e-7,
  1e3,
  1e15,
  1e21,
  1e300,
  "",
  " ",
  "text",
  "True",
  "0",
  "007",
  " a b ",
  "ü€😀",
  "\u0000",
  "a\nb",
  "\ud800",
  [],
  [1],
  ["a"],
  ["a", "b"],
  [null],
  {},
  { a: "b" },
  { a: { b: 1 } },
];
const durations = [
  "1h",
  "1h30m",
  "90m",
  "1.5h",
  "1d",
  "1.5d",
  "1w",
  "1d12h",
  "-1h",
  "-5",
  "+5",
  "+1h",
  "1 h",
  " 60 ",
  "60s ",
  "0x10",
  "1_000",
  "1e3",
  "60.7",
  "999ms",
  "1500ms",
  "1us",
  "1µs",
  "h",
  "1H",
  "1h1",
  "10000000000",
  "9999999999999999999",
  "2562047h",
  "2562048h",
  9223372036,
  9223372037,
  4294967296,
  0.9,
  59.9,
];

/** Odd values for one field of a role that is otherwise in order. `app_client_id` is a plain text that nothing is asked of. */
const odd: readonly { readonly field: string; readonly value: unknown }[] = [
  ...[...values, " client "].map((value) => ({ field: "app_client_id", value })),
  ...["our readers", " ", "a\nb", "x".repeat(129), "ü€😀", "a,b"].map((value) => ({ field: "group", value })),
  ...[...values, ...durations].map((value) => ({ field: "ttl", value })),
  ...[0, "", "2h", "30s", -1, "x", null, 60, 7200.5].map((value) => ({ field: "max_ttl", value })),
  ...["", "client_credentials_grant", "USER", "user ", "app_client", 1, null, ["user"]].map((value) => ({
    field: "credential_type",
    value,
  })),
  ...["", "mars-1", "us-east-1", "EU-WEST-1"].map((value) => ({ field: "region", value })),
  ...["", "pool", "us-east-1_Abc123", "eu-west-1_Abc-123"].map((value) => ({ field: "user_pool_id", value })),
  ...["", "@example.com", "example", "a b", "exämple.com"].map((value) => ({ field: "dummy_email_domain", value })),
];

const names = [
  "a",
  "A",
  "MiXed.Name-1_x",
  "a.b",
  "a..b",
  "a-",
  "-a",
  ".a",
  "a.",
  "_",
  "a%20b",
  "a/b",
  "a%2Fb",
  "%C3%BC",
  "a@b",
  "a+b",
  "x".repeat(300),
];

export const cases: readonly Case[] = [
  ...odd.map(({ field, value }) => ({
    name: `role with ${field} ${show(value)}`,
    steps: [put("roles/odd", { ...user, [field]: value }), get("roles/odd")],
  })),
  ...values.map((value) => ({
    name: `config with aws_session_token ${show(value)}`,
    steps: [put("config", { ...key, aws_session_token: value })],
  })),
  ...["", "role", "arn:aws:iam::123456789012:role/vault", 5, ["a"]].map((value) => ({
    name: `config with aws_assume_role_arn ${show(value)}`,
    steps: [put("config", { ...key, aws_assume_role_arn: value })],
  })),
  ...["", "https://pool.example.com", "http://pool.example.com", "pool example", "pool.example.com/x"].map((value) => ({
    name: `machine role with cognito_pool_domain ${show(value)}`,
    steps: [put("roles/odd", { ...machine, cognito_pool_domain: value }), get("roles/odd")],
  })),
  ...names.map((name) => ({
    name: `role named ${name.length > 30 ? "by 300 letters" : show(name)}`,
    steps: [
      put(`roles/${name}`, user),
      get(`roles/${name}`),
      { method: "LIST" as const, path: "roles/" },
      { method: "DELETE" as const, path: `roles/${name}` },
      get(`roles/${name}`),
    ],
  })),
  ...names.map((name) => ({
    name: `credentials of a missing role ${name.length > 30 ? "named by 300 letters" : show(name)}`,
    steps: [get(`creds/${name}`), put(`creds/${name}`, {})],
  })),
  {
    name: "machine role",
    steps: [put("roles/m", machine), get("roles/m"), put("roles/m", { scopes: "" }), get("roles/m")],
  },
  {
    name: "machine role without a type",
    steps: [put("roles/m", { ...machine, credential_type: undefined }), get("roles/m")],
  },
  {
    name: "machine role with the durations of a user",
    steps: [
      put("roles/m", { ...machine, ttl: "1h", max_ttl: "30m" }),
      put("roles/m", { ...machine, ttl: "1h" }),
      get("roles/m"),
    ],
  },
  {
    name: "fields left out keep their value",
    steps: [
      put("roles/r", { ...user, ttl: 60, max_ttl: 7200 }),
      put("roles/r", { group: "writers" }),
      get("roles/r"),
      put("roles/r", { ttl: "2h" }),
      get("roles/r"),
      put("roles/r", { ttl: "3h" }),
      get("roles/r"),
      put("roles/r", { max_ttl: 0, ttl: "3h" }),
      get("roles/r"),
    ],
  },
  {
    name: "another app client for machines",
    steps: [put("roles/m", machine), put("roles/m", { app_client_id: "other" }), get("roles/m")],
  },
  {
    name: "another app client for users, beside a secret that a grant left",
    steps: [put("roles/r", machine), put("roles/r", { ...user, app_client_id: "other" }), get("roles/r")],
  },
  {
    name: "another app client with its secret",
    steps: [
      put("roles/r", { ...user, app_client_secret: "secret" }),
      put("roles/r", { app_client_id: "other", app_client_secret: "another" }),
      get("roles/r"),
    ],
  },
  { name: "an empty field clears", steps: [put("roles/r", user), put("roles/r", { group: "" }), get("roles/r")] },
  { name: "null keeps", steps: [put("roles/r", user), put("roles/r", { group: null, ttl: null }), get("roles/r")] },
  { name: "a role of another kind", steps: [put("roles/r", user), put("roles/r", machine), get("roles/r")] },
  { name: "an empty write makes a role", steps: [put("roles/r", {}), get("roles/r"), put("roles/r", undefined)] },
  {
    name: "unknown fields",
    steps: [
      put("roles/r", { ...user, colour: "red", shape: 1 }),
      get("roles/r"),
      put("config", { ...key, colour: "red" }),
    ],
  },
  {
    name: "a name in the body",
    steps: [put("roles/r", { ...user, name: "other" }), get("roles/r"), get("roles/other")],
  },
  {
    name: "bodies that are no objects",
    steps: [put("roles/r", []), put("roles/r", "text"), put("roles/r", 1), put("roles/r", null), put("config", [])],
  },
  {
    name: "what there is not",
    steps: [
      get("roles/none"),
      { method: "DELETE", path: "roles/none" },
      { method: "LIST", path: "roles/" },
      { method: "LIST", path: "roles" },
      get("roles/"),
      get("roles"),
      get(""),
      get("nothing"),
      put("nothing", {}),
      { method: "LIST", path: "config" },
      { method: "LIST", path: "creds/" },
      { method: "DELETE", path: "creds/none" },
      { method: "DELETE", path: "config" },
      { method: "HEAD", path: "roles/none" },
    ],
  },
  {
    name: "a list of roles",
    steps: [put("roles/b", user), put("roles/A", user), put("roles/a.b", user), { method: "LIST", path: "roles/" }],
  },
  {
    name: "a patch",
    steps: [put("roles/r", user), { method: "PATCH", path: "roles/r", body: { group: "x" } }, get("roles/r")],
  },
  {
    name: "config",
    steps: [
      put("config", key),
      put("config", { aws_session_token: "token" }),
      put("config", { aws_access_key_id: "", aws_secret_access_key: "", aws_session_token: "" }),
      { method: "DELETE", path: "config" },
      put("config", {}),
    ],
  },
  { name: "another key", steps: [put("config", key), put("config", { aws_access_key_id: "AKIB" })] },
  { name: "the same key again", steps: [put("config", key), put("config", { aws_access_key_id: "AKIA" })] },
  { name: "a key without a secret", steps: [put("config", { aws_access_key_id: "AKIA" })] },
  { name: "a secret without a key", steps: [put("config", { aws_secret_access_key: "secret" })] },
];
