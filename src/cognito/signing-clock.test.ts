import { expect, test } from "bun:test";
import { SigningClock } from "./signing-clock.ts";

const minute = 60_000;

/** An answer's Date header, of a clock that is so many minutes ahead of this machine's. */
const dateOf = (minutes: number) => new Date(Date.now() + minutes * minute).toUTCString();

function minutesAhead(clock: SigningClock): number {
  return Math.round((clock.now().getTime() - Date.now()) / minute);
}

test("AWS's time counts where this machine's is far from it, either way, until it is put right", () => {
  const clock = new SigningClock();
  const seen = [10, -90, -1, 0].map((minutes) => {
    clock.learn(dateOf(minutes));
    return minutesAhead(clock);
  });
  expect(seen).toEqual([10, -90, -1, -1]);
});

test("this machine's counts where AWS would take it, which a second's difference does not change", () => {
  const clock = new SigningClock();
  clock.learn(dateOf(3));
  expect(clock.ahead).toBe(0);
});

test("what is no time, or none that a signature can name, says nothing", () => {
  const clock = new SigningClock();
  const nonsense = [null, "", "yesterday", "Sat, 13 Sep 275760 00:00:00 GMT", "-000001-01-01T00:00:00Z"];
  for (const date of nonsense) clock.learn(date);
  expect(clock.ahead).toBe(0);
});
