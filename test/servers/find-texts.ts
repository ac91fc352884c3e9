/** Of these texts, those that stand somewhere in what was written. One pass, however many texts there are. */
export function findTexts(written: Buffer, texts: Iterable<string>): string[] {
  const byStart = new Map<number, { readonly text: string; readonly bytes: Buffer }[]>();
  // Most places are told from all starts by this alone, which is far quicker than a look into the map.
  const mayStart = new Uint8Array(2 ** 16);
  for (const text of new Set(texts)) {
    for (const form of new Set(formsOf(text))) {
      const bytes = Buffer.from(form);
      if (bytes.length < startLength) throw new Error(`a text of ${bytes.length} bytes is too short to be looked for`);
      const start = bytes.readUInt32LE(0);
      mayStart[foldOf(start)] = 1;
      byStart.set(start, [...(byStart.get(start) ?? []), { text, bytes }]);
    }
  }

  const found = new Set<string>();
  for (let at = 0; at + startLength <= written.length; at += 1) {
    const low = (written[at] as number) | ((written[at + 1] as number) << 8);
    const high = (written[at + 2] as number) | ((written[at + 3] as number) << 8);
    if (mayStart[low ^ high] === 0) continue;
    for (const { text, bytes } of byStart.get(low + high * 2 ** 16) ?? []) {
      if (!found.has(text) && written.subarray(at, at + bytes.length).equals(bytes)) found.add(text);
    }
  }
  return [...found];
}

const startLength = 4;

function foldOf(start: number): number {
  return (start & 0xffff) ^ (start >>> 16);
}

/** As it is, and as JSON, Go's JSON, a URL or a form would write it. */
function formsOf(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const goJson = json.replace(/[<>&]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
  const url = encodeURIComponent(text);
  return [text, json, goJson, url, url.replaceAll("%20", "+"), ...base64Of(text)];
}

/** What stands in the base64 of any text around this one, wherever in it this one begins: the bytes that only it decides. */
function base64Of(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((before) => {
    const whole = Math.floor((before + bytes.length) / 3) * 4;
    const form = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .slice(Math.ceil((before * 8) / 6), whole);
    return form.length < 12 ? [] : [form];
  });
}
