import { randomBytes } from "node:crypto";
import packageFile from "../package.json" with { type: "json" };
import { ambientRegion } from "./cognito/ambient-region.ts";
import { cognito } from "./cognito/cognito.ts";
import { RequestLimits } from "./cognito/request-limits.ts";
import { systemClock } from "./framework/system-clock.ts";
import { networkFetch } from "./network-fetch.ts";
import { servePlugin } from "./serve-plugin.ts";

const factory = cognito({
  fetch: networkFetch(fetch, process.env),
  random: randomBytes,
  requestLimits: new RequestLimits(systemClock),
  ambientRegion: () => ambientRegion(process.env),
});

await servePlugin(
  { name: "cognito", summary: "a secrets engine for AWS Cognito", version: packageFile.version, factory },
  process,
);
