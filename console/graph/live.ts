import { Changes } from '../app/operations.ts';
import { makeStore } from '../ui/use-sync-external.ts';
import { keepListening } from './listen.ts';
import { misses, refetchAll } from './query.ts';

/** Whether the page hears of changes as they happen, or asks from time to time. */
export const liveState = makeStore<'live' | 'polling'>('polling');

const POLL_MS = 15_000;
/** However much changes, the page asks again no oftener. */
const CALM_MS = 1_500;

function onVisibility(): void {
  if (!document.hidden) refetchAll();
}

/** Keeps what is shown fresh while somebody looks at it: by events, and by asking where they do not come through. */
export function keepLive(): () => void {
  let due: ReturnType<typeof setTimeout> | undefined;
  const changed = (): void => {
    due ??= setTimeout(() => {
      due = undefined;
      refetchAll();
    }, CALM_MS);
  };
  const poll = setInterval(() => {
    // No event tells that a part has come back.
    if (!document.hidden && (liveState.get() === 'polling' || misses())) refetchAll();
  }, POLL_MS);
  document.addEventListener('visibilitychange', onVisibility);
  const hush = keepListening(
    Changes,
    {},
    {
      onNext: changed,
      onState: (isLive) => liveState.set(isLive ? 'live' : 'polling'),
    },
  );
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    clearInterval(poll);
    clearTimeout(due);
    hush();
  };
}
