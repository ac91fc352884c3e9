import { expect, test } from "bun:test";
import { defineBackend, defineRollback, field, type Mount, WriteAheadLog } from "./index.ts";
import { TestMount } from "./testing/test-mount.ts";

interface World {
  readonly things: Set<string>;
  broken: boolean;
  readonly hanging: Set<string>;
}

function engine(world: World, logs: WriteAheadLog[] = []) {
  return (mount: Mount) => {
    const log = new WriteAheadLog(mount, [thing(world)]);
    logs.push(log);
    return defineBackend({ mount, help: "", paths: [], writeAheadLog: log });
  };
}

const thing = (world: World) =>
  defineRollback({
    kind: "thing",
    data: { name: field.string("Name.", { required: true }) },
    minAge: 300,
    async undo({ name }) {
      if (world.hanging.has(name)) await new Promise(() => {});
      if (world.broken) throw new Error("the world is out of reach");
      world.things.delete(name);
    },
  });

async function mounted() {
  const world: World = { things: new Set(), broken: false, hanging: new Set() };
  const logs: WriteAheadLog[] = [];
  const mount = await TestMount.open(engine(world, logs));
  const make = async (name: string) => {
    const act = await thing(world).begin(logs.at(-1) as WriteAheadLog, { name });
    world.things.add(name);
    return act;
  };
  return { world, mount, make };
}

test("an act left unfinished is undone once it is old enough, and its entry goes", async () => {
  const { world, mount, make } = await mounted();
  (await make("a")).abandon();
  await mount.rollback();
  expect([...world.things]).toEqual(["a"]);
  mount.clock.advance({ minutes: 6 });
  await mount.rollback();
  expect([...world.things]).toEqual([]);
  expect(mount.storage.contents()).toEqual({});
});

test("a log that was not given the rollback of an act refuses it before it is done, and one of two like it", async () => {
  const { world, mount } = await mounted();
  const other: WriteAheadLog[] = [];
  await TestMount.open((mount) => {
    const log = new WriteAheadLog(mount, []);
    other.push(log);
    return defineBackend({ mount, help: "", paths: [], writeAheadLog: log });
  });
  await expect(thing(world).begin(other[0] as WriteAheadLog, { name: "a" })).rejects.toThrow(
    'the write-ahead log was not given the rollback of kind "thing"',
  );
  await expect(
    TestMount.open((mount) => {
      const log = new WriteAheadLog(mount, [thing(world), thing(world)]);
      return defineBackend({ mount, help: "", paths: [], writeAheadLog: log });
    }),
  ).rejects.toThrow("two rollbacks of a write-ahead log have the same kind");
  expect(mount.storage.contents()).toEqual({});
});

test("a note that storage took without a word is no act under way: the act was never begun", async () => {
  const { mount, make } = await mounted();
  const put = mount.storage.put.bind(mount.storage);
  mount.storage.put = async (entry) => {
    await put(entry);
    throw new Error("no answer");
  };
  await expect(make("a")).rejects.toThrow("no answer");
  mount.clock.advance({ minutes: 6 });
  await mount.rollback();
  expect(mount.storage.contents()).toEqual({});
});

test("an act that was finished is never undone", async () => {
  const { world, mount, make } = await mounted();
  await (await make("a")).forget();
  mount.clock.advance({ days: 1 });
  await mount.rollback();
  expect([...world.things]).toEqual(["a"]);
});

test("an act still under way in this process is left alone however old it is, but not after a reload", async () => {
  const { world, mount, make } = await mounted();
  await make("a");
  mount.clock.advance({ hours: 1 });
  await mount.rollback({ immediate: true });
  expect([...world.things]).toEqual(["a"]);
  await mount.reload();
  await mount.rollback();
  expect([...world.things]).toEqual([]);
});

test("while the mount is being disabled the age does not count", async () => {
  const { world, mount, make } = await mounted();
  (await make("a")).abandon();
  mount.systemView.isTainted = true;
  await mount.rollback();
  expect([...world.things]).toEqual([]);
});

test("a standby undoes nothing", async () => {
  const { world, mount, make } = await mounted();
  (await make("a")).abandon();
  mount.clock.advance({ hours: 1 });
  mount.systemView.replication = { ...mount.systemView.replication, performanceStandby: true };
  await mount.rollback();
  expect([...world.things]).toEqual(["a"]);
});

test("a failing rollback is seen: the tick fails, and the log says so once an hour", async () => {
  const { world, mount, make } = await mounted();
  (await make("a")).abandon();
  world.broken = true;
  mount.clock.advance({ minutes: 6 });
  for (let minute = 0; minute < 90; minute++) {
    await expect(mount.rollback()).rejects.toThrow("of 1 entries 1 could not be undone");
    mount.clock.advance({ minutes: 1 });
  }
  const errors = mount.logger.lines.filter(({ level }) => level === "error");
  expect(errors).toHaveLength(2);
  expect(errors[1]?.fields).toMatchObject({ kind: "thing", age_seconds: 66 * 60, error: "the world is out of reach" });
  world.broken = false;
  await mount.rollback();
  expect([...world.things]).toEqual([]);
});

test("an entry that failed for seven days is given up, with a last word", async () => {
  const { world, mount, make } = await mounted();
  (await make("a")).abandon();
  world.broken = true;
  for (let day = 0; day < 7; day++) {
    mount.clock.advance({ days: 1 });
    await expect(mount.rollback()).rejects.toThrow();
  }
  const messages = mount.logger.lines.map(({ message }) => message);
  expect(messages.at(-1)).toBe("giving up on a rollback that failed for 7 days; undo it by hand");
  expect(new Set(messages.slice(0, -1))).toEqual(new Set(["rollback failed; it is tried again every minute"]));
  expect(mount.storage.contents()).toEqual({});
  await mount.rollback();
});

test("an old entry that nobody tried to undo meanwhile is not given up for its first failures", async () => {
  const { world, mount, make } = await mounted();
  (await make("a")).abandon();
  mount.clock.advance({ days: 30 });
  await mount.reload();
  world.broken = true;
  for (let hour = 0; hour < 12; hour++) {
    await expect(mount.rollback()).rejects.toThrow();
    mount.clock.advance({ hours: 1 });
  }
  world.broken = false;
  await mount.rollback();
  expect([...world.things]).toEqual([]);
});

test("an entry from before the clock was set back is undone all the same, once it was seen for long enough", async () => {
  const { world, mount, make } = await mounted();
  mount.clock.leap({ days: 1000 });
  (await make("a")).abandon();
  await mount.rollback();
  mount.clock.leap({ days: -1000 });
  for (let minute = 0; minute < 5; minute++) {
    await mount.rollback();
    expect([...world.things]).toEqual(["a"]);
    mount.clock.advance({ minutes: 1 });
  }
  await mount.rollback();
  expect([...world.things]).toEqual([]);
});

test("entries that hang do not starve the others", async () => {
  const { world, mount, make } = await mounted();
  for (let i = 0; i < 20; i++) (await make(`fine-${i}`)).abandon();
  for (let i = 0; i < 7; i++) {
    world.hanging.add(`hangs-${i}`);
    (await make(`hangs-${i}`)).abandon();
  }
  mount.clock.advance({ minutes: 6 });
  const tick = mount.rollback();
  tick.catch(() => {});
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
  expect([...world.things].filter((name) => name.startsWith("fine"))).toEqual([]);
  mount.clock.advance({ seconds: 16 });
  await expect(tick).rejects.toThrow("of 27 entries 7 could not be undone");
});

test("a tick that is cut short says of every entry what became of it", async () => {
  const { world, mount, make } = await mounted();
  for (let i = 0; i < 20; i++) (await make(`fine-${i}`)).abandon();
  mount.clock.advance({ minutes: 6 });
  const caller = new AbortController();
  world.things.delete = (name) => {
    caller.abort();
    return Set.prototype.delete.call(world.things, name);
  };
  const failure = await mount.rollback({ signal: caller.signal }).catch((error: Error) => error.message);
  const [, all, failed, unreached] =
    /of (\d+) entries (\d+) could not be undone and (\d+) were not reached/.exec(String(failure)) ?? [];
  expect(Number(all)).toBe(20);
  expect(Number(failed) + Number(unreached)).toBe(Object.keys(mount.storage.contents()).length);
});

test("entries that cannot be read, or are of an unknown kind, are reported and kept", async () => {
  const { mount } = await mounted();
  const put = (key: string, value: string) => mount.storage.put({ key, value: new TextEncoder().encode(value) });
  await put("wal/1", "{ not json");
  await put("wal/2", JSON.stringify({ type: "other", data: {}, created_at: 0 }));
  mount.clock.advance({ minutes: 6 });
  await put(
    "wal/3",
    JSON.stringify({ type: "thing", data: null, created_at: Math.floor(mount.clock.now() / 1000) - 400 }),
  );
  await expect(mount.rollback()).rejects.toThrow("of 3 entries 3 could not be undone");
  expect(mount.logger.text()).not.toContain("not json");
});
