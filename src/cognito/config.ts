import {
  type FieldData,
  field,
  getJson,
  isJsonObject,
  LoggedError,
  parseStored,
  putJson,
  type Storage,
} from "../framework/index.ts";

/** Where the config is stored: the Go plugin's key. */
export const configKey = "config";

/** What holds where the operator says nothing. */
const defaults = { aws_assume_role_session_name: "vault-cognito", max_retries: -1, request_timeout: 30 } as const;

/** What an operator can set about the way to AWS. The stored JSON has the same names. */
export const configFields = {
  aws_access_key_id: field.string(
    "Access key of the IAM user that manages Cognito users. Changing it needs aws_secret_access_key in the same write. Left out: the AWS SDK's default chain (environment, shared files, web identity, container or instance role).",
  ),
  aws_secret_access_key: field.string("Secret key that belongs to aws_access_key_id. It is never returned.", {
    sensitive: true,
  }),
  aws_session_token: field.string(
    "Session token, for temporary keys only. They stop working when the session ends. It is never returned.",
    { sensitive: true },
  ),
  aws_assume_role_arn: field.string(
    "IAM role to assume, on top of the keys above or of the default chain. It is assumed once per life of its credentials, not per request.",
  ),
  aws_assume_role_external_id: field.string("External id that the assumed role's trust policy asks for."),
  aws_assume_role_session_name: field.string("Session name of the assumed role, as CloudTrail shows it.", {
    default: defaults.aws_assume_role_session_name,
  }),
  region: field.string(
    "AWS region of roles that name none. Left out: AWS_REGION, AWS_DEFAULT_REGION or the shared config file of the server.",
  ),
  cognito_endpoint: field.string(
    "URL of the Cognito user pools API, for VPC and FIPS endpoints. Changing it needs aws_secret_access_key in the same write when one is stored.",
  ),
  sts_endpoint: field.string(
    "URL of the STS API where aws_assume_role_arn is assumed, for VPC and FIPS endpoints. Changing it needs aws_secret_access_key in the same write when one is stored. A web identity of the server's never goes there, but to AWS_ENDPOINT_URL_STS of its environment, or AWS's own.",
  ),
  sts_region: field.string(
    "AWS region in which the role is assumed. Left out: region, else the region of the role that is read.",
  ),
  max_retries: field.int(
    "How often a call to AWS is repeated after throttling or a server error; -1 repeats until the time of the request is spent.",
    { default: defaults.max_retries },
  ),
  request_timeout: field.seconds("Longest time for one call to AWS or to a token endpoint.", {
    default: defaults.request_timeout,
  }),
};

export type Config = NonNullableValues<FieldData<typeof configFields>>;
type NonNullableValues<T> = { readonly [K in keyof T]: NonNullable<T[K]> };

/** What holds where nothing was ever written: the SDK's default chain and nothing else. */
export const emptyConfig: Config = {
  ...defaults,
  aws_access_key_id: "",
  aws_secret_access_key: "",
  aws_session_token: "",
  aws_assume_role_arn: "",
  aws_assume_role_external_id: "",
  region: "",
  cognito_endpoint: "",
  sts_endpoint: "",
  sts_region: "",
};

/** Keys that the Go plugin stores, set or not; the others are stored only when they say something. */
const goPluginKeys: ReadonlySet<string> = new Set([
  "aws_access_key_id",
  "aws_assume_role_arn",
  "aws_secret_access_key",
  "aws_session_token",
]);

/** The mount's config in storage. */
export class Configs {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Undefined when none was written. Rejects when storage cannot say: never means "no config". */
  async get(): Promise<Config | undefined> {
    const stored = await getJson(this.#storage, configKey);
    if (stored === undefined) return undefined;
    const fail = (problem: string) => new LoggedError(`stored config: ${problem}`);
    if (!isJsonObject(stored)) throw fail("it is not an object");
    const values = Object.entries(parseStored(configFields, stored, fail)).filter(([, value]) => value !== undefined);
    return { ...emptyConfig, ...Object.fromEntries(values) };
  }

  put(config: Config): Promise<void> {
    const entries = Object.entries(config) as [keyof Config, Config[keyof Config]][];
    const told = entries.filter(([name, value]) => goPluginKeys.has(name) || value !== emptyConfig[name]);
    return putJson(this.#storage, configKey, Object.fromEntries(told));
  }

  delete(): Promise<void> {
    return this.#storage.delete(configKey);
  }
}
