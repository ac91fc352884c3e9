import type { Bytes } from "./template-bytes.ts";
import type { Pieces } from "./template-certainty.ts";

interface Element {
  readonly min: number;
  readonly max: number;
  readonly format: (time: Date) => string;
}

const months = "January February March April May June July August September October November December".split(" ");
const weekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

function element(min: number, max: number, format: (time: Date) => string | number): Element {
  return { min, max, format: (time) => String(format(time)) };
}

function filled(length: number, sign: string, read: (time: Date) => number): Element {
  return element(length, Math.max(length, 4), (time) => String(read(time)).padStart(length, sign));
}

function fixed(text: string): Element {
  return element(text.length, text.length, () => text);
}

const month = (time: Date) => time.getUTCMonth() + 1;
const monthName = (time: Date) => months[time.getUTCMonth()] as string;
const weekdayName = (time: Date) => weekdays[time.getUTCDay()] as string;
const day = (time: Date) => time.getUTCDate();
const dayOfYear = (time: Date) =>
  Math.floor(time.getTime() / 86_400_000) - Date.UTC(time.getUTCFullYear()) / 86_400_000 + 1;
const hour = (time: Date) => time.getUTCHours();
const hourOf12 = (time: Date) => time.getUTCHours() % 12 || 12;
const minute = (time: Date) => time.getUTCMinutes();
const second = (time: Date) => time.getUTCSeconds();

/** The elements of Go's layouts (time/format.go), as they read in UTC. */
const elements: ReadonlyMap<string, Element> = new Map([
  ["January", element(3, 9, monthName)],
  ["Jan", element(3, 3, (time) => monthName(time).slice(0, 3))],
  ["Monday", element(6, 9, weekdayName)],
  ["Mon", element(3, 3, (time) => weekdayName(time).slice(0, 3))],
  ["MST", fixed("UTC")],
  ["01", filled(2, "0", month)],
  ["02", filled(2, "0", day)],
  ["03", filled(2, "0", hourOf12)],
  ["04", filled(2, "0", minute)],
  ["05", filled(2, "0", second)],
  ["06", filled(2, "0", (time) => time.getUTCFullYear() % 100)],
  ["002", filled(3, "0", dayOfYear)],
  ["15", filled(2, "0", hour)],
  ["1", filled(1, "", month)],
  ["2006", element(4, 6, (time) => String(time.getUTCFullYear()).padStart(4, "0"))],
  ["2", filled(1, "", day)],
  ["_2", filled(2, " ", day)],
  ["__2", filled(3, " ", dayOfYear)],
  ["3", filled(1, "", hourOf12)],
  ["4", filled(1, "", minute)],
  ["5", filled(1, "", second)],
  ["PM", element(2, 2, (time) => (hour(time) >= 12 ? "PM" : "AM"))],
  ["pm", element(2, 2, (time) => (hour(time) >= 12 ? "pm" : "am"))],
  ["-070000", fixed("+000000")],
  ["-07:00:00", fixed("+00:00:00")],
  ["-0700", fixed("+0000")],
  ["-07:00", fixed("+00:00")],
  ["-07", fixed("+00")],
  ["Z070000", fixed("Z")],
  ["Z07:00:00", fixed("Z")],
  ["Z0700", fixed("Z")],
  ["Z07:00", fixed("Z")],
  ["Z07", fixed("Z")],
]);

/** In the order in which Go tries them; "_2006" is a "_" and a year, "Janus" and "Month" are no elements. */
const elementPattern =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|[345]|PM|pm|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07|[.,](?:0+|9+)(?![0-9])/g;

/** Fractions of a second: with 9s, the zeros at the end are left out. */
function fraction(text: string): Element {
  const digits = text.length - 1;
  const [separator] = text;
  const keepsZeros = text[1] === "0";
  return element(keepsZeros ? text.length : 0, text.length, (time) => {
    const nanoseconds = String(((time.getTime() % 1000) + 1000) % 1000)
      .padStart(3, "0")
      .padEnd(9, "0");
    const shown = keepsZeros ? nanoseconds.slice(0, digits) : nanoseconds.slice(0, digits).replace(/0+$/, "");
    return shown === "" ? "" : separator + shown;
  });
}

export interface Layout {
  readonly pieces: Pieces;
  readonly format: (milliseconds: number) => Bytes;
}

/** A layout of Go's time.Format, for times in UTC. */
export function parseLayout(layout: Bytes): Layout {
  const parts: Element[] = [];
  let read = 0;
  for (const { 0: found, index } of layout.matchAll(elementPattern)) {
    if (index > read) parts.push(fixed(layout.slice(read, index)));
    parts.push(elements.get(found) ?? fraction(found));
    read = index + found.length;
  }
  parts.push(fixed(layout.slice(read)));
  return {
    pieces: parts.map(({ min, max }) => ({ min, max, ascii: false })),
    format: (milliseconds) => {
      const time = new Date(milliseconds);
      return parts.map(({ format }) => format(time)).join("");
    },
  };
}
