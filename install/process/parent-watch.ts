const LOOK_MS = 500;

/** Calls `gone` once when the process that started this one has ended, of which no signal tells. */
export function watchParent(gone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, LOOK_MS).unref();
}
