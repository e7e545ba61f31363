/**
 * How long a server keeps a connection on which nothing comes. Longer than the proxies before it, whose usual limit is
 * 60 s, and than a client that is busy: who sends on a connection that is closed at that moment gets no answer.
 */
export const KEEP_ALIVE_MS = 75_000;
