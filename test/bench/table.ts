import type { Aim, Measurement, PartResult } from "./measurement.ts";
import { median, type Ratio, ratio } from "./statistics.ts";

/** Three digits that count, without an exponent. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value !== 0 && Math.abs(value) < 0.001) return value.toFixed(4);
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}

export const ratioOf = ({ subject, reference }: Measurement): Ratio => ratio(subject.rounds, reference.rounds);

export function isMet({ atMost = Number.POSITIVE_INFINITY, atLeast = 0 }: Aim, { value }: Ratio): boolean {
  return value <= atMost && value >= atLeast;
}

const describeAim = ({ atMost, atLeast }: Aim): string => (atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`);

/** Medians, their ratio, the spread of the rounds' ratios, and the aim where there is one. */
export function table(parts: readonly PartResult[]): string {
  const rows = [["", "reference", "subject", "unit", "ratio", "rounds' ratios", "aim", "limits"]];
  for (const { part, measurements } of parts) {
    rows.push([`[${part}]`]);
    for (const measurement of measurements) rows.push(row(measurement));
  }
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? "").length)));
  const aligned = (cell: string, column: number) =>
    column === 0 || column === 3 || column > 5 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((cells) => cells.map(aligned).join("  ").trimEnd()).join("\n");
}

function row(measurement: Measurement): string[] {
  const { title, unit, reference, subject, aim } = measurement;
  const result = ratioOf(measurement);
  const limits = [reference, subject].map(({ limit }) => limit);
  return [
    title,
    digits(median(reference.rounds)),
    digits(median(subject.rounds)),
    unit,
    digits(result.value),
    `${digits(result.low)} – ${digits(result.high)}`,
    aim === undefined ? "" : `${describeAim(aim)} ${isMet(aim, result) ? "met" : "MISSED"}`,
    limits.includes(undefined) ? "" : limits.map((limit) => `${limit} ms`).join(", "),
  ];
}
