import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { commandBlocks } from "./command-blocks.ts";
import { textOf } from "./documents.ts";

const root = join(import.meta.dirname, "../..");
const documents = ["*.md", "{dev,examples,packaging,src,test}/**/*.md"].flatMap((pattern) => [
  ...new Bun.Glob(pattern).scanSync({ cwd: root }),
]);

test("links between the documents lead somewhere", () => {
  expect(documents).toContain("README.md");
  const broken = documents.flatMap((document) =>
    linksOf(textOf(document)).flatMap((link) => (leadsSomewhere(document, link) ? [] : [`${document}: ${link}`])),
  );
  expect(broken).toEqual([]);
});

test("whoever reads the README is led to every example", () => {
  const examples = documents.filter((file) => /^examples\/[^/]+\/README\.md$/.test(file));
  expect(examples.filter((file) => !textOf("README.md").includes(`(${file})`))).toEqual([]);
});

test("commands that are not run have a reason, and those of make exist", () => {
  const targets = [...textOf("Makefile").matchAll(/^([a-z]+):/gm)].map(([, target]) => target);
  const ours = documents.filter((file) => /^(README|CONTRIBUTING)\.md$|^examples\//.test(file));
  const unknown = ours.flatMap((document) =>
    commandBlocks(textOf(document)).flatMap(({ steps }) =>
      steps.flatMap(({ command }) => {
        const target = /^make ([a-z]+)/.exec(command)?.[1];
        return target === undefined || targets.includes(target) ? [] : [`${document}: ${command}`];
      }),
    ),
  );
  expect(unknown).toEqual([]);
});

function linksOf(markdown: string): string[] {
  const prose = markdown.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => (/^https?:/.test(link) ? [] : [link]));
}

function leadsSomewhere(document: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? document : normalize(join(dirname(document), file));
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(textOf(target)).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
