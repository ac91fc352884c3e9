import type { FieldKind } from "./field-kind.ts";
import { parseDuration, wholeSeconds } from "./go-duration.ts";
import type { Json } from "./json.ts";
import { FieldConversionError } from "./weak-decode.ts";

/** Whole seconds; undefined for null, which counts as not given. */
function convertSigned(raw: Json): number | undefined {
  if (raw === null) return undefined;
  if (typeof raw !== "string" && typeof raw !== "number") {
    throw new FieldConversionError("could not parse duration from input");
  }
  const parsed = parseDuration(raw);
  if ("error" in parsed) throw new FieldConversionError(parsed.error);
  return wholeSeconds(parsed.value);
}

export const signedSecondsKind: FieldKind<number> = {
  typeName: "duration (sec)",
  openApi: { type: "string", format: "duration" },
  convert: convertSigned,
};

export const secondsKind: FieldKind<number> = {
  ...signedSecondsKind,
  convert(raw) {
    const seconds = convertSigned(raw);
    if (seconds !== undefined && seconds < 0) {
      throw new FieldConversionError(`cannot provide negative value '${seconds}'`);
    }
    return seconds;
  },
};
