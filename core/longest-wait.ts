/** The longest that a mutation may be asked to wait for the end of what it began (`waitMs`). The gateway waits longer. */
export const LONGEST_WAIT_MS = 20_000;
