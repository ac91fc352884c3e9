import type { SignInOverride } from "./action.ts";
import type { HttpAnswer, HttpRequest } from "./http-message.ts";
import type { ServiceError } from "./service-error.ts";

export type ServiceName = "cognito-idp" | "sts" | "token-endpoint" | "well-known";

/** What a request asks for, read without any check: enough to record it and to pick faults for it. */
export interface CallDescription {
  readonly action: string;
  readonly username?: string | undefined;
  readonly region?: string | undefined;
  readonly poolId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly accessKeyId?: string | undefined;
  /** Facts worth an assertion, such as the AuthFlow or where client_id stood. */
  readonly details?: Readonly<Record<string, string>> | undefined;
}

export interface ServiceAnswer extends HttpAnswer {
  /** "ok", or the class of the error. */
  readonly outcome: string;
}

/** One of the emulated services; each knows its own wire format. */
export interface Service {
  readonly name: ServiceName;
  describe(request: HttpRequest): CallDescription;
  /** Secrets of the request, which are seen even when a fault keeps the request from being carried out. */
  noteSecrets(request: HttpRequest): void;
  /** Does what is asked; refusals are answers, too. */
  answer(request: HttpRequest, override: SignInOverride): ServiceAnswer;
  /** An error in this service's wire format. */
  refuse(error: ServiceError): ServiceAnswer;
  /** How this service says that it was called too often. */
  throttled(status: number | undefined): ServiceAnswer;
}
