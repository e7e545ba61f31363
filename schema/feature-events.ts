import * as z from 'zod';
import { IdText } from './common.ts';

/** How much `POST /v1/features/events` takes at once: of a compressed body what it is unpacked. */
export const EVENT_LIMITS = { bytes: 8 * 1024 * 1024, events: 5_000, lineBytes: 64 * 1024 } as const;

/** In an event: whether it takes the event of its id back. The only name that is no column. */
export const RETRACT = '$retract';

/**
 * Body of `POST /v1/features/events` as JSON. As NDJSON the query names the source and each line is an event. Events are
 * checked one by one, so that one bad event costs only itself.
 */
export const FeatureEventsRequest = z.strictObject({
  /** The source that the events are rows of, by its id or its name. */
  source: IdText,
  /** Column → value; a column that a view reads is null where it is unknown, never missing. */
  events: z.array(z.unknown()).min(1).max(EVENT_LIMITS.events),
});
export type FeatureEventsRequest = z.infer<typeof FeatureEventsRequest>;
