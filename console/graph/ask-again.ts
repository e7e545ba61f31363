import { useEffect, useRef } from 'preact/hooks';
import type { Query } from './query.ts';

const EVERY_MS = 10_000;

/** Asks again from time to time while it is mounted: for what changes without an event. */
export function useAskAgain({ refetch }: Query<unknown>, isNeeded = true): void {
  const newest = useRef(refetch);
  newest.current = refetch;
  useEffect(() => {
    if (!isNeeded) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) newest.current();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [isNeeded]);
}
