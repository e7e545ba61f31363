/** What a training row may know of: the values known at its time, those created by then, or all whose event lies before. */
export const KNOWN_AT = ['KNOWN', 'CREATED', 'EVENT_TIME'] as const;
export type KnownAt = (typeof KNOWN_AT)[number];

/** How a segment's rows came to be known: since they were created, since the segment was on-line, each by itself. */
export const SEGMENT_KINDS = ['HISTORY', 'LOADED', 'PUSHED'] as const;
export type SegmentKind = (typeof SEGMENT_KINDS)[number];
