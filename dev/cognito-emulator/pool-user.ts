export type UserStatus = "FORCE_CHANGE_PASSWORD" | "CONFIRMED" | "RESET_REQUIRED" | "UNCONFIRMED";

/** A user as the pool keeps it. Passwords stay in here; assertions get a UserView. */
export interface PoolUser {
  readonly username: string;
  readonly sub: string;
  readonly createdAt: number;
  readonly attributes: Map<string, string>;
  readonly groups: Set<string>;
  /** Keys under which the pool finds the user besides the user name. */
  readonly aliases: Set<string>;
  /** Challenge sessions and refresh tokens, to end with the user. */
  readonly tokens: Set<string>;
  status: UserStatus;
  enabled: boolean;
  modifiedAt: number;
  password: string;
  passwordSetAt: number;
  /** Newest first, without the current one. */
  formerPasswords: readonly string[];
  /** Tokens issued up to this moment are revoked. */
  signedOutAt: number | undefined;
}

export interface UserView {
  readonly username: string;
  readonly sub: string;
  readonly status: UserStatus;
  readonly enabled: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

export const viewOf = (user: PoolUser): UserView => ({
  username: user.username,
  sub: user.sub,
  status: user.status,
  enabled: user.enabled,
  createdAt: user.createdAt,
  groups: [...user.groups],
  attributes: Object.fromEntries(user.attributes),
});
