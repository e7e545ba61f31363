import { makeStore } from '../ui/use-sync-external.ts';

const KEPT_AS = 'tiffin.clock';

/** Whether times are shown in UTC; else by the clock of this machine. */
export const utcClock = makeStore(localStorage.getItem(KEPT_AS) !== 'local');

export function switchClock(): void {
  const isUtc = !utcClock.get();
  localStorage.setItem(KEPT_AS, isUtc ? 'utc' : 'local');
  utcClock.set(isUtc);
}
