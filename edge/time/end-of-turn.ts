/**
 * Runs `work` when this turn of the event loop has heard all that had come in. Where the platform has no such moment, a
 * timer of nothing stands in, a turn or a millisecond later.
 */
export const { setImmediate: atEndOfTurn = (work: () => void): unknown => setTimeout(work, 0) } = globalThis as {
  readonly setImmediate?: (work: () => void) => unknown;
};
