import { parseArgs } from "node:util";
import { DEMO, seedDemo } from "./demo.ts";
import { startCognitoEmulator } from "./emulator.ts";

const USAGE = `Runs an emulator of Amazon Cognito, its token endpoint and STS on 127.0.0.1, with a demo user pool.
  --port <number>   port to listen on; any free one when left out or 0
  --help            this text
`;

const PARENT_CHECK_MILLISECONDS = 1000;

function readPort(): number | undefined {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "0" }, help: { type: "boolean", default: false } },
  });
  if (values.help) return undefined;
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    throw new TypeError(`--port must be a number between 0 and 65535, not "${values.port}"`);
  }
  return Number(values.port);
}

async function main(): Promise<void> {
  const parent = process.ppid;
  const port = readPort();
  if (port === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  const emulator = await startCognitoEmulator({ port });
  const { roleArn } = seedDemo(emulator);
  const watch = setInterval(() => {
    if (process.ppid !== parent) stop();
  }, PARENT_CHECK_MILLISECONDS);
  const stop = (): void => {
    clearInterval(watch);
    void emulator.close().finally(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
  process.stdout.write(introduction(emulator.url, roleArn));
}

const introduction = (url: string, roleArn: string): string => `Cognito emulator at ${url} (Ctrl-C ends it)

  endpoint of Cognito, STS and the token endpoint   ${url}
  AWS access key          ${DEMO.accessKeyId}
  AWS secret key          ${DEMO.secretAccessKey}
  role to assume          ${roleArn}
  region                  ${DEMO.region}
  user pool               ${DEMO.userPoolId}
  group                   ${DEMO.group}
  app client for users    ${DEMO.userClientId} (no secret)
  app client for machines ${DEMO.machineClientId}, secret ${DEMO.machineClientSecret}, scopes ${DEMO.scopes.join(" ")}

With the plugin mounted at cognito/:

  vault write cognito/config region=${DEMO.region} cognito_endpoint=${url} sts_endpoint=${url} \\
    aws_access_key_id=${DEMO.accessKeyId} aws_secret_access_key=${DEMO.secretAccessKey}
  vault write cognito/roles/user credential_type=user region=${DEMO.region} user_pool_id=${DEMO.userPoolId} \\
    app_client_id=${DEMO.userClientId} group=${DEMO.group} dummy_email_domain=example.com ttl=1h
  vault read cognito/creds/user
  vault write cognito/roles/machine credential_type=client_credentials_grant cognito_pool_domain=${url} \\
    app_client_id=${DEMO.machineClientId} app_client_secret=${DEMO.machineClientSecret}
  vault read cognito/creds/machine

What it holds now: ${url}/_emulator/state
`;

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
