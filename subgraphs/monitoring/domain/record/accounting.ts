/** What a node says of itself: totals since its epoch began. */
export interface NodeCounts {
  readonly answered: number;
  readonly queued: number;
  readonly acked: number;
  readonly sampledOut: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/** One reason for an imbalance, with how many predictions it stands for. */
export interface AccountReason {
  readonly code: 'ACKED_NOT_STORED' | 'NODE_COUNTS_DIFFER';
  readonly count: number;
}

const REASON_TEXT = {
  ACKED_NOT_STORED: 'predictions were acknowledged to the node and are not in the store',
  NODE_COUNTS_DIFFER: "predictions were answered beyond those that the node's own counts explain",
} as const;

export const describeReason = ({ code, count }: AccountReason): string => `${count} ${REASON_TEXT[code]}`;

/** answered = stored + queued + dropped + sampled out. */
export interface Account {
  readonly answered: number;
  readonly stored: number;
  readonly queued: number;
  readonly dropped: number;
  readonly droppedByReason: Readonly<Record<string, number>>;
  readonly sampledOut: number;
  /** answered − (stored + queued + dropped + sampled out): predictions that nobody accounts for. */
  readonly difference: number;
  readonly reasons: readonly AccountReason[];
  /** Stored beyond what the node had answered when it reported: newer than its last heartbeat. */
  readonly sinceHeartbeat: number;
}

/** With the records that were refused for ever, by code: the node counts them as dropped once it is told. */
export interface NodeAccount extends Account {
  readonly refused: Readonly<Record<string, number>>;
}

export const isBalanced = ({ difference, reasons }: Account): boolean => difference === 0 && reasons.length === 0;

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

function reasonsOf(counts: NodeCounts, dropped: number, stored: number): AccountReason[] {
  const lost = counts.acked - stored;
  const own = counts.answered - (counts.acked + counts.queued + dropped + counts.sampledOut);
  return [
    ...(lost > 0 ? [{ code: 'ACKED_NOT_STORED', count: lost } as const] : []),
    ...(own === 0 ? [] : [{ code: 'NODE_COUNTS_DIFFER', count: own } as const]),
  ];
}

/**
 * Closes the account of one epoch of a node from its newest heartbeat and the rows that are stored. A record that has
 * arrived while its acknowledgement was still on the way counts as stored, not as queued.
 */
export function closeAccount(counts: NodeCounts, storedRows: number): Account {
  const dropped = total(counts.dropped);
  const ahead = Math.max(0, storedRows - counts.acked);
  const arrived = Math.min(ahead, counts.queued);
  const stored = storedRows - (ahead - arrived);
  const queued = counts.queued - arrived;
  return {
    answered: counts.answered,
    stored,
    queued,
    dropped,
    droppedByReason: counts.dropped,
    sampledOut: counts.sampledOut,
    difference: counts.answered - (stored + queued + dropped + counts.sampledOut),
    reasons: reasonsOf(counts, dropped, storedRows),
    sinceHeartbeat: ahead - arrived,
  };
}

function mergeCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
  sign: 1 | -1,
): Record<string, number> {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(
    keys.map((key) => [key, (a[key] ?? 0) + sign * (b[key] ?? 0)] as const).filter(([, count]) => count !== 0),
  );
}

function combine(a: Account, b: Account, sign: 1 | -1): Account {
  const reasons = new Map(a.reasons.map((reason) => [reason.code, reason]));
  for (const reason of b.reasons) {
    const count = (reasons.get(reason.code)?.count ?? 0) + sign * reason.count;
    if (count === 0) reasons.delete(reason.code);
    else reasons.set(reason.code, { code: reason.code, count });
  }
  return {
    answered: a.answered + sign * b.answered,
    stored: a.stored + sign * b.stored,
    queued: a.queued + sign * b.queued,
    dropped: a.dropped + sign * b.dropped,
    droppedByReason: mergeCounts(a.droppedByReason, b.droppedByReason, sign),
    sampledOut: a.sampledOut + sign * b.sampledOut,
    difference: a.difference + sign * b.difference,
    reasons: [...reasons.values()].sort((one, other) => (one.code < other.code ? -1 : 1)),
    sinceHeartbeat: a.sinceHeartbeat + sign * b.sinceHeartbeat,
  };
}

/** The account of several epochs, or of several days. */
export const addAccounts = (a: Account, b: Account): Account => combine(a, b, 1);

/** What happened between two accounts of one epoch; `queued` is by how much the queue grew. */
export const accountBetween = (start: Account, end: Account): Account => combine(end, start, -1);

export const EMPTY_ACCOUNT: Account = closeAccount({ answered: 0, queued: 0, acked: 0, sampledOut: 0, dropped: {} }, 0);
