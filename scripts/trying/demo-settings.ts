import { DEMO } from "../../dev/cognito-emulator/demo.ts";

/** What is written to a path, as the vault command line and the HTTP API take it. */
export interface Write {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Config and a role of each kind for the emulator's demo pool. */
export function demoWrites(emulator: string): {
  readonly config: Write;
  readonly user: Write;
  readonly machine: Write;
} {
  return {
    config: {
      path: "cognito/config",
      fields: {
        region: DEMO.region,
        cognito_endpoint: emulator,
        sts_endpoint: emulator,
        aws_access_key_id: DEMO.accessKeyId,
        aws_secret_access_key: DEMO.secretAccessKey,
      },
    },
    user: {
      path: "cognito/roles/user",
      fields: {
        credential_type: "user",
        region: DEMO.region,
        user_pool_id: DEMO.userPoolId,
        app_client_id: DEMO.userClientId,
        group: DEMO.group,
        dummy_email_domain: "example.com",
        ttl: "1h",
      },
    },
    machine: {
      path: "cognito/roles/machine",
      fields: {
        credential_type: "client_credentials_grant",
        cognito_pool_domain: emulator,
        app_client_id: DEMO.machineClientId,
        app_client_secret: DEMO.machineClientSecret,
      },
    },
  };
}

/** `vault write cognito/roles/user credential_type=user …`, folded into lines of at most `width` characters. */
export function writeCommand({ path, fields }: Write, width = 110): string {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  const lines = [`vault write ${path}`];
  for (const word of words) {
    const last = lines.at(-1) ?? "";
    if (last.length + word.length + 3 > width) lines.push(`    ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join(" \\\n");
}
