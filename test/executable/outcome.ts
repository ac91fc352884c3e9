import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../servers/free-port.ts";
import { type Attempt, prepare, succeeded } from "./attempts.ts";
import { StartedExecutable } from "./started-executable.ts";

export interface Outcome {
  readonly state: "ready" | "ended";
  /** Whether the attempt did what it was after. */
  readonly hadItsWay: boolean;
}

/** Starts the executable by hand as a host does, with what the attempt adds. */
export async function outcomeOf(file: string, attempt: Attempt, under: readonly string[] = []): Promise<Outcome> {
  const place = { folder: mkdtempSync(join(tmpdir(), "attempt-")), port: await freePort() };
  try {
    prepare(place);
    const [env, args] = [attempt.env?.(place) ?? {}, attempt.args?.(place) ?? []];
    await using started = new StartedExecutable(file, { under, env, args });
    const state = await started.ready();
    const whileItRuns = await succeeded(place);
    await started.end(attempt.crash ? "SIGSEGV" : "SIGTERM");
    return { state, hadItsWay: whileItRuns || (await succeeded(place)) };
  } finally {
    rmSync(place.folder, { recursive: true });
  }
}
