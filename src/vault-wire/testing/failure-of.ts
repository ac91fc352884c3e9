/**
 * What `work` fails with. Stands in for `expect(work).rejects`, during which Bun 1.4.5 runs the event loop inside the
 * assertion: where that happens within a callback of process.nextTick, grpc-js never gets its turn and the test hangs.
 */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  const outcome = await work.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new TypeError("it failed with something other than an error");
}
