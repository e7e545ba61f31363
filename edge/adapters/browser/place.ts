const ASK_AGAIN_MS = 500;

/** The right to work on a node's database, which one worker has at a time. */
export interface Place {
  /** What is done once another worker wants the place; it gets it afterwards. */
  whenWanted(stop: () => Promise<void>): void;
  /** Lets others have it. */
  leave(): void;
}

/**
 * Waits until no other worker works on the database of this name: two of them would keep two counts of the same answers. Who has the
 * place is asked to leave it, again and again; a worker that the browser ends has left it. A browser without locks ends a worker
 * before the next one begins, as far as it can.
 */
export async function takePlace(name: string): Promise<Place> {
  const { locks } = navigator as { readonly locks?: LockManager };
  if (!locks) return { whenWanted: () => undefined, leave: () => undefined };
  const channel = new BroadcastChannel(`${name}-place`);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has but one origin
  const ask = (): void => channel.postMessage('leave');
  ask();
  const asking = setInterval(ask, ASK_AGAIN_MS);
  const release = await new Promise<() => void>((resolve, reject) => {
    locks.request(`${name}-place`, () => new Promise<void>((end) => resolve(end))).catch(reject);
  }).finally(() => clearInterval(asking));
  const leave = (): void => {
    channel.close();
    release();
  };
  return {
    whenWanted: (stop) => channel.addEventListener('message', () => void stop().then(leave, leave), { once: true }),
    leave,
  };
}
