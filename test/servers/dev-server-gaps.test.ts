import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { notDone } from "../../dev/dev-server/index.ts";
import { devServerGaps, realServersOnly } from "./dev-server-gaps.ts";

const root = join(import.meta.dirname, "../..");

function sources(): { readonly file: string; readonly text: string }[] {
  return ["test", "examples"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
      .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(join(root, folder, name), "utf8") })),
  );
}

test("whoever tells a story on real servers only says why in dev-server-gaps.ts, and nobody else stands there", () => {
  const telling = sources().filter(
    ({ file, text }) => text.includes("describeOnRealServers(") && !/every-server\.ts$|gaps\.test\.ts$/.test(file),
  );
  expect(telling.map(({ file }) => file).sort()).toEqual(realServersOnly.map(({ file }) => file).toSorted());
});

test.each(realServersOnly.filter(({ needs }) => needs !== undefined).map(({ file, needs }) => [file, needs ?? ""]))(
  "%s still needs what the dev server does not do: %s",
  (_file, needs) => {
    expect(notDone.map(({ what }) => what)).toContain(needs);
  },
);

test("every known failure is of a story that is told", () => {
  const all = sources().map(({ text }) => text);
  for (const { story, test: name } of devServerGaps) {
    expect({ story, told: all.some((text) => text.includes(`"${story}"`) && text.includes(`"${name}"`)) }).toEqual({
      story,
      told: true,
    });
  }
});
