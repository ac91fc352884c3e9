import type { FieldKind } from "./field-kind.ts";
import { parseInt64 } from "./go-strconv.ts";
import { FieldConversionError } from "./weak-decode.ts";

// As lenient as Go's time.Parse with the RFC 3339 layout: an hour of one digit, a comma before the fraction.
const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

function parseRfc3339(text: string): Date | undefined {
  const parts = rfc3339.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [, , , , , , , fraction = "", sign, offsetHours = "0", offsetMinutes = "0"] = parts;
  if (hour > 23 || minute > 59 || second > 59 || Number(offsetHours) > 24 || Number(offsetMinutes) > 60)
    return undefined;
  const local = new Date(0);
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  local.setUTCFullYear(year, month - 1, day);
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return undefined;
  local.setUTCHours(hour, minute, second, Number(fraction.slice(0, 3).padEnd(3, "0")));
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return new Date(local.getTime() + (sign === "-" ? offset : -offset));
}

function fromEpoch(seconds: number): Date | undefined {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function parseTime(text: string): Date | undefined {
  const time = parseRfc3339(text);
  if (time !== undefined) return time;
  const seconds = parseInt64(text, { prefixes: false });
  return "value" in seconds ? fromEpoch(Number(seconds.value)) : undefined;
}

/** To the millisecond. Numbers are seconds since the epoch, as Go means them (it refuses the float64 a plugin gets). */
export const timeKind: FieldKind<Date> = {
  typeName: "time",
  openApi: { type: "string", format: "date-time" },
  convert(raw) {
    if (raw === null) return undefined;
    if (typeof raw === "string") {
      const time = parseTime(raw);
      if (time === undefined) throw new FieldConversionError("could not parse string as date and time");
      return time;
    }
    const time = Number.isInteger(raw) ? fromEpoch(raw as number) : undefined;
    if (time === undefined) throw new FieldConversionError("could not parse time from input type");
    return time;
  },
};
