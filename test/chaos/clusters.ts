/**
 * `bun test/chaos/clusters.ts [vault|openbao] [seconds]`: users are issued and revoked through all three nodes of a cluster while its
 * leader steps down and is killed, again and again. Then all entries of the write-ahead log are made old, and the next tick is waited
 * for. Prints numbers; the exit code is 0 when every user had a lease or a note, and none is left in the end.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { startCluster } from "../servers/cluster.ts";
import type { RealServer } from "../servers/real-server.ts";
import { type Credentials, cognitoWorld, eventually, executable, mountCognito } from "../stories/cognito-world.ts";
import { chosenServer } from "./chosen-server.ts";
import { MountStorage } from "./mount-storage.ts";

const kind = chosenServer();
const seconds = Number(process.argv[3] ?? 60);
const clientsPerNode = 2;
const calmSeconds = 3;

const [cluster, world] = await Promise.all([startCluster(kind), cognitoWorld()]);
try {
  const first = await cluster.leader();
  for (const node of cluster.nodes) await node.placePlugin(executable, "cognito");
  await first.registerPlugin({ name: "cognito", file: executable, command: "cognito" });
  await mountCognito(first, world);
  const users = () => world.userPool.usernames();

  const statuses: Record<string, number> = {};
  const held = new Set<string>();
  let running = true;
  const ask = async (node: RealServer, method: string, path: string, body?: object) => {
    const answer = await node.http<Credentials>(method, path, body).catch(() => undefined);
    const told = `${path.split("/").slice(0, 2).join("/")} ${answer?.status ?? "no answer"}`;
    statuses[told] = (statuses[told] ?? 0) + 1;
    return answer;
  };
  const client = async (node: RealServer) => {
    while (running) {
      const answer = await ask(node, "GET", "cognito/creds/app");
      const lease_id = answer?.status === 200 ? answer.body.lease_id : undefined;
      if (lease_id !== undefined) {
        held.add(lease_id);
        const revoked = await ask(node, "PUT", "sys/leases/revoke", { lease_id, sync: true });
        if (revoked?.status === 204) held.delete(lease_id);
      }
      await sleep(answer === undefined ? 200 : 20);
    }
  };
  const clients = cluster.nodes.flatMap((node) => Array.from({ length: clientsPerNode }, () => client(node)));

  const end = performance.now() + seconds * 1000;
  let [stepDowns, kills] = [0, 0];
  while (performance.now() < end) {
    await sleep(calmSeconds * 1000);
    if (stepDowns <= kills) {
      await cluster.stepDown();
      stepDowns += 1;
    } else {
      const killed = await cluster.leader();
      await cluster.killLeader();
      kills += 1;
      await sleep(calmSeconds * 1000);
      await killed.restart();
    }
  }
  running = false;
  await Promise.all(clients);

  const leader = await cluster.leader();
  const storage = await MountStorage.of(leader, "cognito");
  const look = async () => {
    const before = users();
    const leased = new Set((await storage.leasedUsers()).map(({ username }) => username));
    const noted = new Set(await storage.notedUsers());
    const after = new Set(users());
    return {
      leasedAndNoted: [...leased].filter((name) => noted.has(name)).length,
      neither: before.filter((name) => after.has(name) && !leased.has(name) && !noted.has(name)),
    };
  };
  const { leasedAndNoted, neither } = await look();
  // What no engine can close is told by AWS having had nothing more to do.
  const last = world.emulator.calls.filter(
    ({ action, outcome }) => action === "AdminRespondToAuthChallenge" && outcome === "ok",
  );
  const completed = new Set(last.map(({ username }) => username));
  const inTheWindow = new Set(neither.filter((name) => completed.has(name)));
  const stillHeld = [...held];
  const { status } = await leader.http("PUT", "sys/leases/revoke-prefix/cognito/creds", { sync: true });
  const entriesAged = await storage.ageEntries(3600);
  const left = () => users().filter((name) => !inTheWindow.has(name)).length;
  await eventually("every user is gone", () => left() === 0, 100).catch(() => undefined);
  const numbers = {
    stepDowns,
    kills,
    ...statuses,
    leasesHeldInTheEnd: stillHeld.length,
    revokedAll: status,
    entriesAged,
    leasedAndNoted,
    usersForgotten: neither.length - inTheWindow.size,
    usersInTheWindow: inTheWindow.size,
    usersLeft: left(),
    entriesLeft: (await storage.notedUsers()).length,
  };
  console.table(Object.entries(numbers).map(([name, value]) => ({ [kind]: name, "": value })));
  const zeros = [numbers.leasedAndNoted, numbers.usersForgotten, numbers.usersLeft, numbers.entriesLeft];
  process.exitCode = status === 204 && zeros.every((number) => number === 0) ? 0 : 1;
} finally {
  await Promise.all([cluster.stop(), world.emulator.close()]);
}
