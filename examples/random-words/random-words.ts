import * as vault from "../../src/framework/index.ts";

const name = vault.field.lowerCaseString("Name of the list.");
const listFields = { name, words: vault.field.commaStringSlice("The words, separated by commas.", { default: [] }) };
const phraseFields = { name, count: vault.field.int("How many words.", { default: 4, query: true }) };

/** @param below draws a whole number from 0 up to its argument, which it never reaches */
export const randomWords =
  (below: (end: number) => number): vault.BackendFactory =>
  (mount) => {
    const { storage } = mount;
    const wordsOf = async (list: string) => (await vault.getJson(storage, `lists/${list}`)) as string[] | undefined;

    const write = async ({ data: { name, words } }: vault.PathRequest<typeof listFields, "name">) => {
      if (new Set(words).size < 2) throw new vault.UserError("words must hold at least two different words");
      await vault.putJson(storage, `lists/${name}`, words);
      return undefined;
    };
    const list = vault.definePath({
      pattern: "lists/{name}",
      help: { synopsis: "Keep a list of words.", description: "Phrases are drawn from it at phrase/<name>." },
      fields: listFields,
      exists: async ({ data }) => (await wordsOf(data.name)) !== undefined,
      operations: {
        create: write,
        update: write,
        async read({ data }) {
          const words = await wordsOf(data.name);
          return words && { data: { words } };
        },
      },
    });

    const phrase = vault.definePath({
      pattern: "phrase/{name}",
      help: { synopsis: "Draw a phrase.", description: "Each word is drawn by itself, so one may come twice." },
      fields: phraseFields,
      operations: {
        async read({ data: { name, count } }) {
          const words = await wordsOf(name);
          if (words === undefined)
            throw new vault.UserError(`list '${name}' does not exist: write its words to lists/${name}`);
          if (count < 1 || count > 64) throw new vault.UserError("count must be from 1 to 64");
          return { data: { phrase: Array.from({ length: count }, () => words[below(words.length)] ?? "").join(" ") } };
        },
      },
    });

    return vault.defineBackend({ mount, help: "Draws phrases from lists of words.", paths: [list, phrase] });
  };
