import type { Identifiers } from "./identifiers.ts";

/** Who a signed request speaks for. */
export interface Principal {
  readonly accountId: string;
  readonly arn: string;
  /** As GetCallerIdentity's UserId. */
  readonly userId: string;
  /** IAM actions, `*` standing for any run of characters. */
  readonly allow: readonly string[];
}

export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only temporary credentials have one, and an end in milliseconds since the epoch. */
  readonly sessionToken?: string;
  readonly expiresAt?: number;
  readonly principal: Principal;
}

export interface AccessKeyOptions {
  /** 123456789012 when left out. */
  readonly accountId?: string;
  readonly userName?: string;
  /** IAM actions such as `cognito-idp:AdminCreateUser` or `cognito-idp:*`; everything when left out. */
  readonly allow?: readonly string[];
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
}

export interface RoleOptions {
  readonly name: string;
  readonly accountId?: string;
  /** What the role's sessions may do; everything when left out. */
  readonly allow?: readonly string[];
  /** Condition of the trust policy: AssumeRole must bring this very ExternalId. */
  readonly externalId?: string;
  /** ARNs of users, roles or accounts (`:root`) that may assume it; anyone when left out. A session counts by its role. */
  readonly trusted?: readonly string[];
  /** Lets AssumeRoleWithWebIdentity in, for tokens of this emulator (`webIdentityToken`) with this subject and audience. */
  readonly webIdentity?: { readonly subject?: string; readonly audience?: string };
  /** Longest DurationSeconds; 3600 when left out, as in IAM. */
  readonly maxSessionSeconds?: number;
}

export interface Role extends RoleOptions {
  readonly accountId: string;
  readonly arn: string;
  readonly id: string;
  readonly allow: readonly string[];
  readonly maxSessionSeconds: number;
}

/** A session made by AssumeRole, recorded for assertions. */
export interface RoleSession {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId: string | undefined;
  readonly accessKeyId: string;
  readonly durationSeconds: number;
  readonly expiresAt: number;
}

export const DEFAULT_ACCOUNT = "123456789012";

/** Access keys, roles and the sessions made from them. */
export type IdentityStore = ReturnType<typeof createIdentityStore>;

export function createIdentityStore(identifiers: Identifiers) {
  const credentials = new Map<string, Credential>();
  const roles = new Map<string, Role>();
  const sessions: RoleSession[] = [];

  return {
    sessions: sessions as readonly RoleSession[],
    find: (accessKeyId: string) => credentials.get(accessKeyId),
    role: (arn: string) => roles.get(arn),
    secrets: () => [...credentials.values()].map((credential) => credential.secretAccessKey),

    createAccessKey(options: AccessKeyOptions = {}): Credential {
      const accountId = options.accountId ?? DEFAULT_ACCOUNT;
      const credential: Credential = {
        accessKeyId: options.accessKeyId ?? identifiers.awsId("AKIA"),
        secretAccessKey: options.secretAccessKey ?? identifiers.secretAccessKey(),
        principal: {
          accountId,
          arn: `arn:aws:iam::${accountId}:user/${options.userName ?? "emulator"}`,
          userId: identifiers.awsId("AIDA"),
          allow: options.allow ?? ["*"],
        },
      };
      credentials.set(credential.accessKeyId, credential);
      return credential;
    },

    /** From now on the key is as unknown as one that never was. */
    deleteAccessKey: (accessKeyId: string) => credentials.delete(accessKeyId),

    createRole(options: RoleOptions): Role {
      const accountId = options.accountId ?? DEFAULT_ACCOUNT;
      const role: Role = {
        ...options,
        accountId,
        arn: `arn:aws:iam::${accountId}:role/${options.name}`,
        id: identifiers.awsId("AROA"),
        allow: options.allow ?? ["*"],
        maxSessionSeconds: options.maxSessionSeconds ?? 3600,
      };
      roles.set(role.arn, role);
      return role;
    },

    openSession(
      role: Role,
      request: {
        readonly sessionName: string;
        readonly externalId: string | undefined;
        readonly durationSeconds: number;
      },
      now: number,
    ): Credential & { readonly sessionToken: string; readonly expiresAt: number } {
      const expiresAt = now + request.durationSeconds * 1000;
      const credential = {
        accessKeyId: identifiers.awsId("ASIA"),
        secretAccessKey: identifiers.secretAccessKey(),
        sessionToken: identifiers.sessionToken(),
        expiresAt,
        principal: {
          accountId: role.accountId,
          arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${request.sessionName}`,
          userId: `${role.id}:${request.sessionName}`,
          allow: role.allow,
        },
      };
      credentials.set(credential.accessKeyId, credential);
      sessions.push({ roleArn: role.arn, accessKeyId: credential.accessKeyId, expiresAt, ...request });
      return credential;
    },
  };
}

/** Whether a principal's allowed actions name this one. */
export const isAllowed = (principal: Principal, action: string): boolean =>
  principal.allow.some((pattern) => matchesWildcard(pattern, action));

/** What a trust policy would call the principal: a session goes by its role. */
export const trustNames = (principal: Principal): readonly string[] => {
  const session = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(principal.arn);
  const own = session === null ? principal.arn : `arn:aws:iam::${session[1]}:role/${session[2]}`;
  return [principal.arn, own, `arn:aws:iam::${principal.accountId}:root`];
};

function matchesWildcard(pattern: string, text: string): boolean {
  const source = pattern
    .split("*")
    .map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`, "i").test(text);
}
