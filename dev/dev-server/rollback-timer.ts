import type { Clock } from "./clock.ts";
import type { Mount } from "./mount.ts";
import type { Mounts } from "./mounts.ts";

/** vault/core.go: rollbackPeriod, in milliseconds. */
const period = 60_000;

/** Every minute asks every engine to roll back; one that is still at it is not asked again. Returns what stops it. */
export function startRollbackTimer(mounts: Mounts, clock: Clock): () => void {
  const busy = new Set<Mount>();
  let cancel = (): void => undefined;
  const tick = (): void => {
    for (const mount of mounts.list()) {
      if (busy.has(mount) || mount.tainted) continue;
      busy.add(mount);
      const done = (): boolean => busy.delete(mount);
      mounts.rollBack(mount).then(done, done);
    }
    cancel = clock.after(period, tick);
  };
  cancel = clock.after(period, tick);
  return () => cancel();
}
