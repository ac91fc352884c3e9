import { randomInt } from "node:crypto";
import { servePlugin } from "../../src/serve-plugin.ts";
import { randomWords } from "./random-words.ts";

const factory = randomWords(randomInt);
await servePlugin({ name: "random-words", summary: "a source of random phrases", version: "0.1.0", factory }, process);
