/**
 * A host that is killed cannot stop its plugin, and one that loses its connection makes a new one when it next needs
 * it. So what ends a plugin is that its parent process is no longer the one that started it.
 */
export interface ParentWatch {
  /** To be called when there is a sign that the parent may be gone. */
  check(): void;
  stop(): void;
}

const interval = 1_000;

/** Calls `gone` within about a second of the parent's end. `parent` tells the process id of the parent of the moment. */
export function watchParent(parent: () => number, gone: () => void): ParentWatch {
  const first = parent();
  const check = (): void => {
    if (parent() !== first) {
      clearInterval(timer);
      gone();
    }
  };
  const timer = setInterval(check, interval);
  return { check, stop: () => clearInterval(timer) };
}
