import { expect, test } from "bun:test";
import { compileTemplate } from "./template.ts";

function certainRandomness(text: string): number {
  return compileTemplate(text, { name: "name", fields: ["RoleName"] }).certainRandomness();
}

test.each([
  ["no randomness at all", "{{ .RoleName }}-{{ unix_time_millis }}", 0],
  ["random characters", "{{ random 16 }}", 16],
  ["each random counts", "{{ random 9 }}-{{ random 7 }}", 16],
  ["a uuid", "{{ uuid }}", 21],
  ["a uuid without hyphens", '{{ uuid | replace "-" "" }}', 21],
  ["hyphens take places in a truncated uuid", "{{ uuid | truncate 24 }}", 13],
  ["so 24 of its digits need them gone", '{{ uuid | replace "-" "" | truncate 24 }}', 16],
  ["truncated afterwards", "{{ random 20 | truncate 5 }}", 5],
  ["truncated by printf", '{{ random 20 | printf "%.5s" }}', 5],
  ["behind a field that may be long", '{{ printf "%s-%s" .RoleName (random 20) | truncate 60 }}', 0],
  ["behind a field of known length", '{{ printf "%s-%s" (.RoleName | truncate 8) (random 20) | truncate 25 }}', 16],
  [
    "behind a field in another case, which may grow",
    '{{ printf "%s-%s" (.RoleName | truncate 8 | uppercase) (random 20) | truncate 25 }}',
    0,
  ],
  ["in front of a field", '{{ printf "%s-%s" (random 20) .RoleName | truncate 25 }}', 20],
  ["behind a fixed text", '{{ printf "vault-%s" (random 20) | truncate 20 }}', 14],
  [
    "behind a fixed text that replace made longer",
    '{{ printf "a-%s" (random 20) | replace "-" "----" | truncate 20 }}',
    15,
  ],
  ["behind a time of at most eleven digits", '{{ printf "%s%s" unix_time (random 20) | truncate 27 }}', 16],
  ["behind a date", '{{ printf "%s%s" (timestamp "Mon-January") (random 20) | truncate 33 }}', 20],
  [
    "behind characters that come together from halves",
    String.raw`{{ printf "%s%s" (printf "%s%s%s" "\xc3" "\xbc" .RoleName | printf "%.3s") (random 20) | truncate 26 }}`,
    12,
  ],
  ["behind padding", '{{ printf "%30s" (random 20) | truncate 26 }}', 16],
  ["truncate_sha256 that does nothing", "{{ random 20 | truncate_sha256 20 }}", 20],
  ["truncate_sha256 that shortens", "{{ random 20 | truncate_sha256 19 }}", 11],
  ["capitals", "{{ random 16 | uppercase }}", 16],
  ["replace of what random never makes", '{{ random 16 | replace "_-." "x" }}', 16],
  ["replace of a letter", '{{ random 16 | replace "l" "L" }}', 0],
  ["replace of what only the field knows", '{{ random 16 | replace .RoleName "" }}', 0],
  ["replace of nothing", '{{ random 16 | replace "" "-" }}', 0],
  ["random in the place of something", '{{ .RoleName | replace "a" (random 16) }}', 0],
  ["a hash keeps what went in", "{{ random 20 | sha256 }}", 20],
  ["up to its length", "{{ random 60 | sha256 }}", 42],
  ["and to where it is truncated", "{{ random 20 | sha256 | truncate 24 }}", 16],
  ["a hash of a hash makes nothing", "{{ .RoleName | sha256 | sha256 }}", 0],
  ["base64", "{{ random 16 | base64 }}", 16],
  ["base64 truncated holds three characters in four", "{{ random 20 | base64 | truncate 23 }}", 15],
  ["base64 behind a field", '{{ printf "%s%s" .RoleName (random 16) | base64 }}', 16],
  ["base64 in capitals", "{{ random 16 | base64 | uppercase }}", 0],
  ["hexadecimal", '{{ random 16 | printf "%x" }}', 16],
  ["hexadecimal truncated holds one character in two", '{{ random 20 | printf "%x" | truncate 33 }}', 16],
])("%s", (_, text, expected) => {
  expect(certainRandomness(text)).toBe(expected);
});
