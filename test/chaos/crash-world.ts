import { type CognitoEmulator, startCognitoEmulator, type UserPool } from "../../dev/cognito-emulator/index.ts";
import { keepSecret } from "../servers/known-secrets.ts";
import type { RealServer } from "../servers/real-server.ts";
import { configFor, executable, write } from "../stories/cognito-world.ts";
import { type CrashStep, crashSteps } from "./crash-steps.ts";
import { MountStorage } from "./mount-storage.ts";

/** One step's own pool and role, so that no other request meets its latch. */
export interface Stage {
  readonly step: CrashStep;
  readonly pool: UserPool;
  /** `<mount>/creds/<role>` */
  readonly creds: string;
}

/** An emulated AWS with a pool for every step, and the mounts that use them. */
export interface CrashWorld {
  readonly emulator: CognitoEmulator;
  readonly stages: readonly Stage[];
  /** For crashes at no chosen step: `cognito/creds/any`. */
  readonly any: UserPool;
  readonly mounts: readonly MountStorage[];
  readonly mountPaths: readonly string[];
}

const region = "eu-west-1";

/** @param ttl of every role but those that say otherwise; seconds */
export async function crashWorld(server: RealServer, ttl: number): Promise<CrashWorld> {
  const emulator = await startCognitoEmulator();
  keepSecret(() => emulator.secretsSeen());
  const config = configFor(emulator);
  const assumed = emulator.createRole({ name: "vault" });
  await server.registerPlugin({ name: "cognito", file: executable, command: "cognito" });

  const mountPaths: string[] = [];
  const mount = async (path: string, more: object = {}) => {
    await server.enable(path, "cognito");
    await write(server, `${path}/config`, { ...config, ...more });
    mountPaths.push(path);
  };
  await mount("cognito");

  let pools = 0;
  const prepare = async (path: string, name: string, { role, pool }: Pick<CrashStep, "role" | "pool">) => {
    pools += 1;
    const client = `client${pools}`;
    const made = emulator.createPool({
      ...pool,
      id: `${region}_Crash${pools}`,
      groups: ["readers"],
      clients: [{ id: client, authFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"] }],
    });
    await write(server, `${path}/roles/${name}`, {
      credential_type: "user",
      region,
      app_client_id: client,
      user_pool_id: made.id,
      group: "readers",
      dummy_email_domain: "example.com",
      ttl,
      ...role,
    });
    return made;
  };

  const stages: Stage[] = [];
  for (const [index, step] of crashSteps.entries()) {
    const path = step.assumesRole === true ? `assuming-${index}` : "cognito";
    if (step.assumesRole === true) await mount(path, { aws_assume_role_arn: assumed.arn, sts_region: stsRegion(step) });
    stages.push({ step, pool: await prepare(path, `step-${index}`, step), creds: `${path}/creds/step-${index}` });
  }
  const any = await prepare("cognito", "any", {});
  const mounts = await Promise.all(mountPaths.map((path) => MountStorage.of(server, path)));
  return { emulator, stages, any, mounts, mountPaths };
}

/** Tells the latches of AssumeRole apart, whose calls name no pool. */
export function stsRegion({ takesEffect }: CrashStep): string {
  return takesEffect ? "eu-west-2" : "eu-west-3";
}
