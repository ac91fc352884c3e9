import {
  type BackendDeclaration,
  type BackendFactory,
  defineBackend,
  type Mount,
  WriteAheadLog,
} from "../framework/index.ts";
import { AwsAccess } from "./aws-access.ts";
import { Configs, configKey } from "./config.ts";
import type { Engine } from "./engine.ts";
import { configPath } from "./path-config.ts";
import { credsPath } from "./path-creds.ts";
import { roleListPath, rolePath } from "./path-roles.ts";
import { Roles, rolesPrefix } from "./role.ts";
import { userRollback } from "./rollback-user.ts";
import { tokenSecret } from "./secret-token.ts";
import { userSecret } from "./secret-user.ts";
import { SharedConnections } from "./shared-connections.ts";
import type { Surroundings } from "./surroundings.ts";
import { TokenCache } from "./token-cache.ts";
import { Turns } from "./turns.ts";

/** The engine, ready to be mounted. */
export const cognito = (surroundings: Surroundings): BackendFactory => {
  const connections = new SharedConnections();
  return (mount) => {
    const fetch = connections.fetchFor(mount, surroundings.fetch);
    return defineBackend(declareCognito({ ...surroundings, fetch }, mount));
  };
};

/** All that the engine declares for one mount. */
export function declareCognito(surroundings: Surroundings, mount: Mount): BackendDeclaration {
  const { storage, clock, logger } = mount;
  const configs = new Configs(storage);
  const aws = new AwsAccess(mount, configs, surroundings);
  const rollback = userRollback({ aws, clock, logger });
  const log = new WriteAheadLog(mount, [rollback]);
  const tokens = new TokenCache(clock);
  const roles = new Roles(mount);
  const engine: Engine = { mount, surroundings, configs, roles, aws, tokens, log, changes: new Turns() };
  const secret = userSecret(engine);
  return {
    mount,
    help: engineHelp,
    paths: [rolePath(engine), roleListPath(engine), configPath(engine), credsPath({ engine, secret, rollback })],
    secrets: [secret, tokenSecret],
    writeAheadLog: log,
    sealWrapStorage: [configKey, rolesPrefix],
    onInvalidate: (key) => {
      if (key === configKey) {
        aws.forget();
        tokens.forgetAll();
      } else if (key.startsWith(rolesPrefix)) {
        const name = key.slice(rolesPrefix.length);
        roles.forget(name);
        tokens.forgetRole(name);
      }
    },
  };
}

const engineHelp = `
The Cognito engine issues credentials of AWS Cognito user pools: access tokens
for machines, by the client credentials grant, and users with password and
tokens that are deleted when their lease ends.

Write the AWS credentials to config, if the server's own do not do; write a role
to roles/<name>; read credentials from creds/<name>.
`;
