import { expect, test } from "bun:test";
import { TestMount } from "../../src/framework/testing/test-mount.ts";
import { randomWords } from "./random-words.ts";

/** Draws the first word, then the second, and so on. */
function inTurn(): (end: number) => number {
  let drawn = -1;
  return (end) => {
    drawn += 1;
    return drawn % end;
  };
}

test("phrases are drawn from the list that was written", async () => {
  const mount = await TestMount.open(randomWords(inTurn()));
  await mount.write("lists/fruit", { words: "apple,pear,plum" });
  expect((await mount.read("lists/fruit")).data).toEqual({ words: ["apple", "pear", "plum"] });
  expect((await mount.read("phrase/fruit")).data).toEqual({ phrase: "apple pear plum apple" });
  expect((await mount.read("phrase/Fruit", { count: "2" })).data).toEqual({ phrase: "pear plum" });
});

test("mistakes are told to the caller", async () => {
  const mount = await TestMount.open(randomWords(inTurn()));
  await expect(mount.write("lists/fruit", { words: "apple,apple" })).rejects.toThrow("at least two different words");
  await expect(mount.read("phrase/fruit")).rejects.toThrow(
    "list 'fruit' does not exist: write its words to lists/fruit",
  );
  await mount.write("lists/fruit", { words: ["apple", "pear"] });
  await expect(mount.read("phrase/fruit", { count: 65 })).rejects.toThrow("count must be from 1 to 64");
});
