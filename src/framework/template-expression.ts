import type { Bytes } from "./template-bytes.ts";
import { constantPiece, type Pieces } from "./template-certainty.ts";

/** What a rendering is given. */
export interface Rendering {
  readonly value: (field: string) => Bytes;
  readonly random: (size: number) => Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Throws when the rendering would make more bytes than it may. */
  readonly spend: (bytes: number) => void;
}

export interface TextExpression {
  readonly kind: "text";
  readonly at: number;
  /** How deep calls are nested in it. */
  readonly depth: number;
  /** The value, where it stands in the template. */
  readonly constant?: Bytes;
  readonly pieces: Pieces;
  readonly render: (rendering: Rendering) => Bytes;
}

/** No function makes numbers, so each is known before any rendering. */
export interface IntegerExpression {
  readonly kind: "integer";
  readonly at: number;
  readonly depth: number;
  readonly value: bigint;
}

export type Expression = TextExpression | IntegerExpression;

export function constantText(at: number, constant: Bytes): TextExpression {
  return {
    kind: "text",
    at,
    depth: 0,
    constant,
    pieces: [constantPiece(constant)],
    render: () => constant,
  };
}

export function fieldText(at: number, name: string): TextExpression {
  const pieces = [{ min: 0, max: Number.POSITIVE_INFINITY, ascii: false }];
  return { kind: "text", at, depth: 0, pieces, render: ({ value }) => value(name) };
}
