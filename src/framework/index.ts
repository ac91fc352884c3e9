/** What a plugin author imports. */
export type { Backend, BackendFactory, SpecialPaths } from "./backend.ts";
export type { Clock } from "./clock.ts";
export { type BackendDeclaration, defineBackend } from "./define-backend.ts";
export { InternalError, LoggedError, RateLimitedError, ReadOnlyError, UserError } from "./errors.ts";
export { type Field, type FieldData, type Fields, type FieldValue, field } from "./field.ts";
export { forward } from "./forward.ts";
export { isJsonObject, type Json, type JsonObject } from "./json.ts";
export type { LogFields, Logger, LogLevel } from "./logger.ts";
export type { Mount } from "./mount.ts";
export { definePath, type OperationDeclaration, type Path, type PathRequest } from "./path.ts";
export type { Operation, Request } from "./request.ts";
export { type Lease, listResponse, type Response } from "./response.ts";
export { defineSecret, type IssuableSecret, type LeaseRequest, type Renewal, type Secret } from "./secret.ts";
export { getJson, type ListOptions, putJson, type Storage, type StorageEntry } from "./storage.ts";
export { type FieldInput, parseStored } from "./stored-fields.ts";
export { mayWrite, type SystemView } from "./system-view.ts";
export { compileTemplate, type Template, type TemplateOptions, type TemplateSources } from "./template.ts";
export { defineRollback, type LoggableRollback, type UnfinishedAct, WriteAheadLog } from "./write-ahead-log.ts";
