export type { AppClient, ClientOptions } from "./app-client.ts";
export type { RecordedCall } from "./call-log.ts";
export { type CertificateAuthority, createCertificateAuthority } from "./certificate-authority.ts";
export type { Clock } from "./clock.ts";
export { type ConnectProxy, startConnectProxy } from "./connect-proxy.ts";
export {
  type CognitoEmulator,
  type CognitoEmulatorOptions,
  startCognitoEmulator,
  type WebIdentityOptions,
} from "./emulator.ts";
export type { Fault, FaultHandle, FaultMatch, FaultRule, Faults } from "./faults.ts";
export type { AccessKeyOptions, Credential, Principal, Role, RoleOptions, RoleSession } from "./identity-store.ts";
export type { PasswordPolicy } from "./password-policy.ts";
export type { Group, LambdaTrigger, MfaMethod, PoolOptions, ResourceServer, SignInAttribute } from "./pool-options.ts";
export type { UserStatus, UserView } from "./pool-user.ts";
export type { QuotaCategory, Quotas } from "./quotas.ts";
export type { UserPool } from "./user-pool.ts";
