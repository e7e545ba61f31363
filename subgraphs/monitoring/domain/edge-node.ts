import type { NodeCounts } from './accounting.ts';
import type { Trust } from './trust.ts';

/** What a node serves of one deployment, as it says itself. */
export interface NodeDeployment {
  readonly deployment: string;
  /** Digests of the releases it can answer with. */
  readonly serving: readonly string[];
  /** Why it does not honour the newest manifest's entry, if it does not. */
  readonly refused: string | null;
}

/** A running edge, known by its heartbeats. */
export interface EdgeNode {
  readonly project: string;
  readonly node: string;
  readonly trust: Trust;
  readonly epoch: string;
  /** When the node wrote its newest heartbeat, and when that arrived. */
  readonly at: Date;
  readonly receivedAt: Date;
  readonly firstSeenAt: Date;
  readonly manifestRevision: number;
  readonly manifestAgeMs: number;
  readonly stale: boolean;
  readonly runtime: string;
  readonly deployments: readonly NodeDeployment[];
  readonly counts: NodeCounts;
  /** Grows when what others follow changes: runtime, epoch, staleness, what is served or refused. */
  readonly revision: number;
}

/** Whether a heartbeat tells others something new; counts and ages alone do not. */
export function isNews(before: EdgeNode | null, after: Omit<EdgeNode, 'revision' | 'firstSeenAt'>): boolean {
  // Field by field: the store keeps no order of them.
  const told = ({ epoch, stale, runtime, trust, deployments, manifestRevision }: typeof after): string =>
    JSON.stringify([
      [epoch, stale, runtime, trust, manifestRevision],
      deployments.map(({ deployment, serving, refused }) => [deployment, serving, refused]),
    ]);
  return before === null || told(before) !== told(after);
}
