import type { Fields } from "./field.ts";
import type { Json, JsonObject } from "./json.ts";
import type { CompiledPattern } from "./pattern.ts";

/** Hints for user interfaces and generated clients (framework/path.go DisplayAttributes). */
export interface DisplayAttributes {
  /** A label or heading. */
  readonly name?: string;
  readonly description?: string;
  /** A sample value to show; not a default. */
  readonly value?: Json;
  /** User interfaces mask the value. */
  readonly sensitive?: boolean;
  /** The path is a navigation tab. */
  readonly navigation?: boolean;
  /** What kind of thing the path is about: "Role". */
  readonly itemType?: string;
  /** The group of the form that the field belongs to. */
  readonly group?: string;
  /** The verb on a button: "Create". */
  readonly action?: string;
  /** First part of operation ids; the mount's type stands in. */
  readonly operationPrefix?: string;
  /** Middle part of operation ids; the operation stands in, "write" for update. */
  readonly operationVerb?: string;
  /** Last part of operation ids; the words of the path stand in. */
  readonly operationSuffix?: string;
  /** The form element: "textarea", "file". */
  readonly editType?: string;
  /** The field that names the thing. */
  readonly identifier?: boolean;
}

/** Operations that a path may declare a handler for. */
export type PathOperation = "create" | "read" | "update" | "patch" | "delete" | "list";

/** What an operation answers with one status. */
export interface DescribedResponse {
  readonly description: string;
  readonly fields?: Fields;
}

/** How an operation is described; every property may be absent. */
export interface DescribedOperation {
  readonly summary?: string;
  readonly description?: string;
  readonly display?: DisplayAttributes;
  /** By HTTP status; without any, 204 for a delete and 200 for the rest. */
  readonly responses?: Readonly<Record<number, DescribedResponse>>;
  /** A request body to show as a sample. */
  readonly example?: JsonObject;
  readonly deprecated?: boolean;
  /** Left out of the OpenAPI document. */
  readonly unpublished?: boolean;
  /** Performance standbys pass the request on to the active node, before any handler runs. */
  readonly forwardPerformanceStandby?: boolean;
  /** Performance secondaries pass the request on to the primary, unless the mount is local. */
  readonly forwardPerformanceSecondary?: boolean;
}

/** One path of a backend as help and OpenAPI describe it. */
export interface DescribedPath {
  readonly pattern: CompiledPattern;
  readonly help: {
    /** One line. */
    readonly synopsis?: string;
    readonly description?: string;
  };
  /** Everything the path takes: captures of its pattern and body or query fields. */
  readonly fields: Fields;
  readonly operations: Readonly<Partial<Record<PathOperation, DescribedOperation>>>;
  /** Whether the path tells create from update. A path with `create` has to. */
  readonly hasExistenceCheck: boolean;
  readonly display?: DisplayAttributes;
  /** Callers need the sudo capability. */
  readonly root?: boolean;
  /** Callers need no token. */
  readonly unauthenticated?: boolean;
  /** Undeclared input is part of the deal: it is not warned about. */
  readonly takesArbitraryInput?: boolean;
}
