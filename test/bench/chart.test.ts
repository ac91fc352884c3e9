import { expect, test } from "bun:test";
import { chart } from "./chart.ts";
import type { Measurement, PartResult } from "./measurement.ts";
import { table } from "./table.ts";

const measured = (title: string, reference: number[], subject: number[], more: Partial<Measurement> = {}) => ({
  title,
  unit: "ms",
  reference: { name: "Go plugin", rounds: reference, limit: 200 },
  subject: { name: "this plugin", rounds: subject, limit: 150 },
  ...more,
});

const part: PartResult = {
  part: "users",
  taken: "2026-11-22T12:00:00.000Z",
  seconds: 60,
  rounds: 3,
  load: [0.5, 1.5],
  measurements: [
    measured("quick & <right>", [210, 200, 220], [155, 160, 165], { aim: { atMost: 0.78 } }),
    measured("slow", [10, 10, 10], [20, 20, 20], { aim: { atMost: 1 } }),
    measured("none at all", [0, 0, 0], [0, 0, 0]),
  ],
};

test("the table says of each aim whether it is met, and what physics allows", () => {
  const [, , quick, slow, none] = table([part]).split("\n");
  expect(quick).toMatch(/^quick & <right> +210 +160 +ms +0\.762 +0\.738 – 0\.8 +≤ 0\.78 met +200 ms, 150 ms$/);
  expect(slow).toContain("≤ 1 MISSED");
  expect(none).toContain("–");
});

test("the chart is one SVG with a line per measurement, escaped", () => {
  const svg = chart({ machine: "2 × some CPU", server: "Vault", parts: [part] });
  expect(svg).toStartWith("<svg ");
  expect(svg).toContain("quick &amp; &lt;right&gt;");
  expect(svg.match(/<circle /g)).toHaveLength(2);
  expect(svg).not.toMatch(/NaN|Infinity/);
});
