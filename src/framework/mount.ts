import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import type { Storage } from "./storage.ts";
import type { SystemView } from "./system-view.ts";

/** Everything that a backend gets for one mount. Two mounts share nothing but code. */
export interface Mount {
  readonly storage: Storage;
  readonly systemView: SystemView;
  readonly logger: Logger;
  readonly clock: Clock;
  /** The backend's UUID: stays the same over reloads and restarts. Empty while a host only asks for the version. */
  readonly uuid: string;
  /** Mount options, and plugin_name, plugin_type, plugin_version from the host. */
  readonly options: Readonly<Record<string, string>>;
}
