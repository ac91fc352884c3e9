import { demoWrites, type Write, writeCommand } from "./demo-settings.ts";

export interface Running {
  readonly address: string;
  readonly token: string;
  readonly emulator: string;
}

/** What a newcomer types next, with the vault command line and without it. */
export function nextSteps({ address, token, emulator }: Running): string {
  const { config, user, machine } = demoWrites(emulator);
  const curl = (arguments_: string): string => `curl -sS -H "X-Vault-Token: $VAULT_TOKEN" ${arguments_}`;
  const curlWrite = ({ path, fields }: Write): string =>
    curl(`-X PUT $VAULT_ADDR/v1/${path} \\\n    -d '${JSON.stringify(fields)}'`);
  return `
Next, in a second terminal:

  make enable                     # mounts the plugin at cognito/

Then, with the vault command (bao takes the same):

${indent(`export VAULT_ADDR=${address} VAULT_TOKEN=${token}
${[config, user, machine].map((write) => writeCommand(write)).join("\n")}
vault read cognito/creds/user
vault read cognito/creds/machine
vault lease revoke -prefix cognito/creds/user
vault path-help cognito/roles/user`)}

Or, without it, the same with curl:

${indent(`export VAULT_ADDR=${address} VAULT_TOKEN=${token}
${[config, user, machine].map(curlWrite).join("\n")}
${curl("$VAULT_ADDR/v1/cognito/creds/user")}
${curl("$VAULT_ADDR/v1/cognito/creds/machine")}
${curl("-X PUT $VAULT_ADDR/v1/sys/leases/revoke-prefix/cognito/creds/user")}
${curl('"$VAULT_ADDR/v1/cognito/roles/user?help=1"')}`)}

The users that exist, and the calls that were made: ${emulator}/_emulator/state
`;
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}
