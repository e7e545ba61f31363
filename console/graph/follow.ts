import { useEffect, useRef, useState } from 'preact/hooks';
import type { Operation } from '../../client/operation.ts';
import { keepListening } from './listen.ts';

const POLL_SECONDS = 10;

interface Follower<Result> {
  /** What has come; null where nothing of it could be read. */
  readonly onNext: (data: Result | null) => void;
  /** Asks, where events do not come through. */
  readonly ask: () => void;
}

/**
 * Follows one study while it is mounted: by a subscription, and by asking from time to time where that does not come through.
 * Answers whether it hears; `null` for variables follows nothing.
 */
export function useFollow<Result, Variables>(
  subscription: Operation<Result, Variables>,
  variables: Variables | null,
  follower: Follower<Result>,
): boolean {
  const newest = useRef(follower);
  newest.current = follower;
  const [isLive, setLive] = useState(false);
  const key = variables === null ? null : JSON.stringify(variables);
  useEffect(() => {
    if (variables === null) return undefined;
    const hush = keepListening(subscription, variables, {
      onNext: (data) => newest.current.onNext(data),
      onState: setLive,
    });
    return () => {
      hush();
      setLive(false);
    };
  }, [key]);
  useEffect(() => {
    if (key === null || isLive) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) newest.current.ask();
    }, POLL_SECONDS * 1_000);
    return () => clearInterval(timer);
  }, [key, isLive]);
  return isLive;
}

/** How a page that shows a study hears of it; nothing of one that does not run. */
export function heardWords(isFollowed: boolean, isLive: boolean): string {
  if (!isFollowed) return '';
  return isLive ? ' · as it happens' : ` · asked every ${POLL_SECONDS} s`;
}
