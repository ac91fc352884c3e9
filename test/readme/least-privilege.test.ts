import { afterAll, expect, test } from "bun:test";
import { mountedCognito } from "../../src/cognito/testing/mounted-cognito.ts";
import { sectionOf } from "./documents.ts";

/** The README's table: what each feature needs. */
const rows = sectionOf("README.md", "What the engine must be allowed in AWS")
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| for "))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, feature = "", actions = ""]) => {
    return { feature, actions: [...actions.matchAll(/`([\w-]+:\w+)`/g)].map(([, action = ""]) => action) };
  });

function actionsFor(...words: readonly string[]): string[] {
  return words.flatMap((word) => {
    const row = rows.find(({ feature }) => feature.includes(word));
    if (row === undefined) throw new Error(`the README's table has no row about "${word}"`);
    return row.actions;
  });
}

const world = await mountedCognito();
afterAll(() => world[Symbol.asyncDispose]());

/** Writes a config whose key may do just this, works the role through its life, and gives back what was called. */
async function actionsOfALife(allow: readonly string[], role: object): Promise<string[]> {
  const { mount, emulator, userRole, config } = world;
  const { accessKeyId, secretAccessKey } = emulator.createAccessKey({ allow });
  await mount.write("config", { ...config, aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey });
  await mount.write("roles/app", { ...userRole, group: "", ...role });
  const before = emulator.calls.length;
  await mount.revoke(await mount.read("creds/app"));
  const calls = emulator.calls.slice(before).filter(({ outcome }) => outcome === "ok");
  return [...new Set(calls.map(({ service, action }) => `${service === "sts" ? "sts" : "cognito-idp"}:${action}`))];
}

test.each([
  ["signs users in", ["every role of type `user`", "signs users in"], {}],
  ["leaves the sign-in out", ["every role of type `user`", "with `issue_tokens=false`"], { issue_tokens: false }],
  [
    "puts users into groups",
    ["every role of type `user`", "signs users in", "with `group`"],
    { group: "readers", groups: ["writers"] },
  ],
])("a role that %s needs and uses exactly what the README says", async (_, words, role) => {
  const allowed = actionsFor(...words);
  expect((await actionsOfALife(allowed, { issue_tokens: true, groups: [], ...role })).sort()).toEqual(allowed.sort());
});

test("a role to assume needs one action of the key, and the role the rest", async () => {
  const { emulator, mount, config } = world;
  const allow = actionsFor("every role of type `user`", "signs users in");
  const { arn } = emulator.createRole({ name: "cognito-only", allow });
  await mount.write("config", { ...config, aws_assume_role_arn: arn });
  const used = await actionsOfALife(actionsFor("aws_assume_role_arn"), { issue_tokens: true, groups: [] });
  expect(used.sort()).toEqual([...allow, "sts:AssumeRole"].sort());
});
