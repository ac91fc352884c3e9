import { definePath, type Path, type PathRequest, UserError } from "../framework/index.ts";
import { checkEndpoint } from "./aws-endpoint.ts";
import { checkRegion } from "./aws-region.ts";
import { type Config, type Configs, configFields, configKey, emptyConfig } from "./config.ts";
import type { Engine } from "./engine.ts";

type ConfigRequest = PathRequest<typeof configFields>;

export const configPath = (engine: Engine): Path =>
  definePath({
    pattern: "config",
    help: {
      synopsis: "Configure how the engine reaches AWS.",
      description: configHelp,
    },
    display: { operationPrefix: "cognito", operationSuffix: "configuration" },
    fields: configFields,
    exists: async () => (await engine.configs.get()) !== undefined,
    operations: {
      create: { handler: (request) => writeConfig(engine, request), ...activeNodeOnly },
      update: { handler: (request) => writeConfig(engine, request), ...activeNodeOnly },
      read: { handler: () => readConfig(engine.configs) },
      delete: {
        ...activeNodeOnly,
        handler: ({ signal }) =>
          engine.changes.take(configKey, signal, () => store(engine, () => engine.configs.delete())),
      },
    },
  });

const activeNodeOnly = { forwardPerformanceStandby: true, forwardPerformanceSecondary: true } as const;

function writeConfig(engine: Engine, { given, signal }: ConfigRequest): Promise<undefined> {
  const { changes, configs } = engine;
  return changes.take(configKey, signal, async () => {
    const before = (await configs.get()) ?? emptyConfig;
    const config: Config = { ...before, ...sessionOfNewKey(before, given), ...given };
    checkConfig(config, before, given);
    return store(engine, () => configs.put(config));
  });
}

async function store({ aws, tokens }: Engine, work: () => Promise<void>): Promise<undefined> {
  try {
    await work();
  } finally {
    // Also after a failure: storage may have taken what it did not confirm.
    aws.forget();
    tokens.forgetAll();
  }
}

/** A session token belongs to the key that it came with: beside another key AWS refuses it, and no read shows that it is there. */
function sessionOfNewKey(before: Config, given: ConfigRequest["given"]): Partial<Config> {
  const isNew = given.aws_access_key_id !== undefined && given.aws_access_key_id !== before.aws_access_key_id;
  return isNew ? { aws_session_token: "" } : {};
}

async function readConfig(configs: Configs) {
  const config = await configs.get();
  if (config === undefined) return undefined;
  const { aws_secret_access_key, aws_session_token, ...data } = config;
  return { data };
}

function checkConfig(config: Config, before: Config, given: ConfigRequest["given"]): void {
  for (const name of ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"] as const) {
    // A value that was read from a file often brings its line end along, and AWS's refusal would name something else.
    if (!/^[!-~]*$/.test(config[name])) {
      throw new UserError(`${name} must not hold spaces, line ends or other characters than plain ones`);
    }
  }
  if (config.aws_access_key_id !== "" && config.aws_secret_access_key === "") {
    throw new UserError("aws_access_key_id needs aws_secret_access_key: give both, or clear both with empty values");
  }
  if (config.aws_secret_access_key !== "" && config.aws_access_key_id === "") {
    throw new UserError("aws_secret_access_key needs aws_access_key_id: give both, or clear both with empty values");
  }
  const isOtherKey = before.aws_access_key_id !== "" && config.aws_access_key_id !== before.aws_access_key_id;
  if (isOtherKey && config.aws_access_key_id !== "" && given.aws_secret_access_key === undefined) {
    throw new UserError("changing aws_access_key_id needs aws_secret_access_key in the same write: the new key's");
  }
  if (config.aws_session_token !== "" && config.aws_access_key_id === "") {
    throw new UserError(
      "aws_session_token needs aws_access_key_id and aws_secret_access_key: give all three, or clear it with an empty value",
    );
  }
  if (config.aws_assume_role_arn !== "" && !/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(config.aws_assume_role_arn)) {
    throw new UserError(
      'aws_assume_role_arn must be the ARN of an IAM role, such as "arn:aws:iam::123456789012:role/vault"',
    );
  }
  if (!/^[\w+=,.@-]{2,64}$/.test(config.aws_assume_role_session_name)) {
    throw new UserError("aws_assume_role_session_name must have 2 to 64 letters, digits or characters of _+=,.@-");
  }
  checkRegion("region", config.region);
  checkRegion("sts_region", config.sts_region);
  for (const name of ["cognito_endpoint", "sts_endpoint"] as const) {
    checkEndpoint(name, config[name]);
    // Otherwise whoever may write the config, but not read the key, could have it sign requests for a host of theirs.
    if (config[name] !== before[name] && before.aws_secret_access_key !== "" && !given.aws_secret_access_key) {
      throw new UserError(`changing ${name} needs aws_secret_access_key in the same write, as a key is stored`);
    }
  }
  if (config.max_retries < -1)
    throw new UserError("max_retries must be -1 (until the request's time is spent), 0 or more");
  if (config.request_timeout < 1) throw new UserError("request_timeout must be at least 1 second");
}

const configHelp = `
Sets the AWS credentials that create and delete Cognito users, and where AWS is
reached. Everything is optional: without a config the AWS SDK's default chain of
the server applies (environment, shared files, web identity, container or
instance role). Roles of type client_credentials_grant need no AWS credentials.

A write changes the fields it gives; an empty value clears one. Secrets are
never returned by a read.
`;
