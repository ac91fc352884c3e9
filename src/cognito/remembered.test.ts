import { describe, expect, test } from "bun:test";
import { Remembered } from "./remembered.ts";

const always = async () => true;

/** What stands in storage, and how often it was read. */
function stored(value: string | undefined) {
  const state = {
    value,
    reads: 0,
    read: async () => {
      state.reads += 1;
      return state.value;
    },
  };
  return state;
}

describe("what was read from storage", () => {
  test("is not read again until it is changed", async () => {
    const remembered = new Remembered<string>(always);
    const storage = stored("old");
    expect(await remembered.get("app", storage.read)).toBe("old");
    expect(await remembered.get("app", storage.read)).toBe("old");
    expect(storage.reads).toBe(1);
    await remembered.change("app", "new", async () => {
      storage.value = "new";
    });
    expect(await remembered.get("app", storage.read)).toBe("new");
    expect(storage.reads).toBe(1);
  });

  test("is read again when another node changed it", async () => {
    const remembered = new Remembered<string>(always);
    const storage = stored("old");
    await remembered.get("app", storage.read);
    storage.value = "new";
    remembered.forget("app");
    expect(await remembered.get("app", storage.read)).toBe("new");
  });

  test("that nothing is there is not remembered", async () => {
    const remembered = new Remembered<string>(always);
    const storage = stored(undefined);
    expect(await remembered.get("app", storage.read)).toBeUndefined();
    storage.value = "there now";
    expect(await remembered.get("app", storage.read)).toBe("there now");
  });

  test("is read again after a change that failed: it may have been made all the same", async () => {
    const remembered = new Remembered<string>(always);
    const storage = stored("old");
    await remembered.get("app", storage.read);
    const failing = remembered.change("app", "new", async () => {
      storage.value = "new";
      throw new Error("no answer");
    });
    await expect(failing).rejects.toThrow("no answer");
    expect(await remembered.get("app", storage.read)).toBe("new");
  });

  test("and so is what was read while that change was under way", async () => {
    const remembered = new Remembered<string>(always);
    const storage = stored("old");
    const { promise: answer, reject } = Promise.withResolvers<void>();
    const failing = remembered.change("app", "new", () => answer);
    failing.catch(() => {});
    expect(await remembered.get("app", storage.read)).toBe("old");
    storage.value = "new";
    reject(new Error("no answer"));
    await expect(failing).rejects.toThrow("no answer");
    expect(await remembered.get("app", storage.read)).toBe("new");
  });

  test("is not kept when a change was made, or heard of, while it was read", async () => {
    for (const act of ["change", "forget"] as const) {
      const remembered = new Remembered<string>(always);
      const { promise: oldValue, resolve } = Promise.withResolvers<string>();
      const reading = remembered.get("app", () => oldValue);
      if (act === "change") await remembered.change("app", undefined, async () => {});
      else remembered.forget("app");
      resolve("old");
      expect(await reading).toBe("old");
      expect(await remembered.get("app", stored("new").read)).toBe("new");
    }
  });

  test("is not kept when it was read while a change was under way", async () => {
    const remembered = new Remembered<string>(always);
    const { promise: written, resolve } = Promise.withResolvers<void>();
    const changing = remembered.change("app", undefined, () => written);
    expect(await remembered.get("app", stored("old").read)).toBe("old");
    resolve();
    await changing;
    expect(await remembered.get("app", stored("new").read)).toBe("new");
  });

  test("is read again after two changes at once: only storage knows which came last", async () => {
    const remembered = new Remembered<string>(always);
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const changes = [
      remembered.change("app", "first", () => first.promise),
      remembered.change("app", "second", () => second.promise),
      remembered.change("other", "other", async () => {}),
    ];
    second.resolve();
    first.resolve();
    await Promise.all(changes);
    expect(await remembered.get("app", stored("first").read)).toBe("first");
    expect(await remembered.get("other", stored("read").read)).toBe("other");
  });

  test("is read again when another node changed it while it was changed here", async () => {
    const remembered = new Remembered<string>(always);
    const { promise: written, resolve } = Promise.withResolvers<void>();
    const changing = remembered.change("app", "ours", () => written);
    remembered.forget("app");
    resolve();
    await changing;
    expect(await remembered.get("app", stored("theirs").read)).toBe("theirs");
  });

  test("is gone when it was taken away", async () => {
    const remembered = new Remembered<string>(always);
    await remembered.get("app", stored("old").read);
    await remembered.change("app", undefined, async () => {});
    expect(await remembered.get("app", stored(undefined).read)).toBeUndefined();
  });

  test("is not kept where the host has caching disabled, or does not say", async () => {
    for (const answer of [async () => false, () => Promise.reject(new Error("no connection"))]) {
      const remembered = new Remembered<string>(answer);
      const storage = stored("value");
      await remembered.get("app", storage.read);
      await remembered.get("app", storage.read);
      await remembered.change("app", "value", async () => {});
      await remembered.get("app", storage.read);
      expect(storage.reads).toBe(3);
    }
  });

  test("a read that fails is an error, and is tried again", async () => {
    const remembered = new Remembered<string>(always);
    await expect(remembered.get("app", () => Promise.reject(new Error("sealed")))).rejects.toThrow("sealed");
    expect(await remembered.get("app", stored("value").read)).toBe("value");
  });

  test("of very many the oldest are read again", async () => {
    const remembered = new Remembered<string>(always);
    for (let made = 0; made < 10_001; made += 1) await remembered.get(`role-${made}`, stored("value").read);
    const [first, last] = [stored("value"), stored("value")];
    await remembered.get("role-10000", last.read);
    await remembered.get("role-0", first.read);
    expect([first.reads, last.reads]).toEqual([1, 0]);
  });
});
