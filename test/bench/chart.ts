import type { Measurement, Report } from "./measurement.ts";
import { median } from "./statistics.ts";
import { digits, isMet, ratioOf } from "./table.ts";

const rowHeight = 20;
const left = 420;
const plotWidth = 460;
const right = 250;
const width = left + plotWidth + right;
const smallest = 0.02;
const largest = 20;
const ticks = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];

const x = (value: number): number => {
  const clamped = Math.min(largest, Math.max(smallest, value));
  return left + (plotWidth * Math.log(clamped / smallest)) / Math.log(largest / smallest);
};

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const legend =
  "dot: ratio of the medians · bar: least to greatest ratio of a round · mark: aim, green where it is met and red where not · less is better but for rates";

interface TextStyle {
  readonly anchor?: "start" | "middle" | "end";
  readonly bold?: boolean;
  readonly color?: string;
  readonly size?: number;
}

function text(
  at: number,
  y: number,
  content: string,
  { anchor = "start", bold, color = "#222", size = 12 }: TextStyle = {},
) {
  const weight = bold === true ? ' font-weight="bold"' : "";
  return `<text x="${at.toFixed(1)}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="${color}"${weight}>${escaped(content)}</text>`;
}

/** The ratios of a report as a picture: a dot for the ratio of the medians, a bar from the least to the greatest of the rounds, a mark for the aim. */
export function chart({ machine, server, parts }: Report): string {
  const body: string[] = [];
  let y = 106;
  const top = y - 14;
  for (const { part, rounds, load, measurements } of parts) {
    const heading = `${part} (${rounds} ${rounds === 1 ? "round" : "rounds"}, load ${load[0].toFixed(1)} to ${load[1].toFixed(1)})`;
    body.push(text(12, y + 6, heading, { bold: true, size: 13 }));
    y += rowHeight + 4;
    for (const measurement of measurements) {
      body.push(...bar(measurement, y));
      y += rowHeight;
    }
    y += 8;
  }
  const grid = ticks.flatMap((tick) => [
    `<line x1="${x(tick).toFixed(1)}" y1="${top}" x2="${x(tick).toFixed(1)}" y2="${y}" stroke="${tick === 1 ? "#444" : "#ddd"}"/>`,
    text(x(tick), top - 6, String(tick), { anchor: "middle", size: 11, color: "#555" }),
  ]);
  const about = `${machine} · ${server}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y + 12}" viewBox="0 0 ${width} ${y + 12}" font-family="sans-serif">`,
    `<rect width="${width}" height="${y + 12}" fill="#fff"/>`,
    text(12, 24, "Ratio of medians, subject to reference (logarithmic): this plugin to the Go plugin, much to little", {
      bold: true,
      size: 15,
    }),
    text(12, 44, about, { color: "#555" }),
    text(12, 62, legend, { color: "#555" }),
    ...grid,
    ...body,
    "</svg>",
    "",
  ].join("\n");
}

function bar(measurement: Measurement, y: number): string[] {
  const { title, unit, reference, subject, aim } = measurement;
  const result = ratioOf(measurement);
  const figures = `${digits(median(reference.rounds))} → ${digits(median(subject.rounds))} ${unit}`;
  const label = text(left - 12, y + 4, title, { anchor: "end" });
  if (!Number.isFinite(result.value)) return [label, text(left + plotWidth + 12, y + 4, figures, { color: "#555" })];
  const color = aim === undefined ? "#3b6ea5" : isMet(aim, result) ? "#2e8b57" : "#c0392b";
  const [low, high] = [result.low, result.high].map((value) => x(Number.isFinite(value) ? value : largest)) as [
    number,
    number,
  ];
  const goal = aim?.atMost ?? aim?.atLeast;
  return [
    label,
    `<rect x="${low.toFixed(1)}" y="${y - 4}" width="${Math.max(1, high - low).toFixed(1)}" height="8" fill="${color}" opacity="0.35"/>`,
    `<circle cx="${x(result.value).toFixed(1)}" cy="${y}" r="4.5" fill="${color}"/>`,
    ...(goal === undefined
      ? []
      : [
          `<line x1="${x(goal).toFixed(1)}" y1="${y - 8}" x2="${x(goal).toFixed(1)}" y2="${y + 8}" stroke="#000" stroke-width="2"/>`,
        ]),
    text(left + plotWidth + 12, y + 4, `${digits(result.value)}  (${figures})`, { color }),
  ];
}
