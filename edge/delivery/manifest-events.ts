import * as z from 'zod';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { Task } from '../time/task.ts';

export interface ManifestEventsDeps {
  readonly control: ControlPlane;
  readonly audience: string;
  /** First wait before the stream is asked for again, and the longest: each failure doubles it. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
  /** The registry sends something at least every quarter of a minute. */
  readonly silentMs: number;
  /** The registry has this revision. */
  readonly onRevision: (revision: number) => void;
  /** Whether changes are heard at once (null) or only by asking now and then, and why. */
  readonly onChange: (outage: string | null) => void;
}

const RevisionEvent = z.object({ revision: z.int().positive() });

/**
 * Hears of new manifests as soon as the registry has them. What it hears is only a reason to ask: manifests come from
 * the same place, signed, whether or not this stream can be had.
 */
export function followManifestEvents(deps: ManifestEventsDeps): Task & {
  /** Breaks off the stream that it holds open. */
  end(): void;
} {
  const { control, audience, retryMs, longestRetryMs, silentMs, onRevision, onChange } = deps;
  const stopping = new AbortController();
  const path = `/v1/manifests/${encodeURIComponent(audience)}/events`;
  let outage: string | null | undefined;
  const tell = (now: string | null): void => {
    if (now !== outage) onChange(now);
    outage = now;
  };
  const follow = async (): Promise<boolean> => {
    let wasReceived = false;
    try {
      await control.follow(path, { signal: stopping.signal, silentMs }, (data) => {
        const { revision } = RevisionEvent.parse(JSON.parse(data));
        wasReceived = true;
        tell(null);
        onRevision(revision);
      });
      if (!stopping.signal.aborted) tell(`${path} has ended`);
    } catch (error) {
      tell(error instanceof Error ? error.message : `${path} broke off`);
    }
    return wasReceived;
  };
  return {
    name: 'follow',
    everyMs: retryMs,
    longestMs: longestRetryMs,
    run: follow,
    end: () => stopping.abort(),
  };
}
