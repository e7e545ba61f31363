import { DomainError } from '../../../core/errors.ts';
import type { AssetEventInput } from '../../../schema/event.ts';
import type { Heartbeat } from '../../../schema/telemetry.ts';
import type { NodeCounts } from './accounting.ts';
import { edgeNodeUrn } from './ids.ts';
import { unstorable } from './record.ts';
import type { Trust } from './trust.ts';

const DAY_MS = 86_400_000;

/** What a node serves of one deployment, as it says itself. */
export interface NodeDeployment {
  readonly deployment: string;
  /** The releases it can answer with, and what they run. */
  readonly serving: readonly { readonly release: string; readonly modelVersions: readonly string[] }[];
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
  const followed = ({ epoch, stale, runtime, trust, deployments, manifestRevision }: typeof after): string =>
    JSON.stringify([
      [epoch, stale, runtime, trust, manifestRevision],
      deployments.map(({ deployment, serving, refused }) => [
        deployment,
        serving.map(({ release, modelVersions }) => [release, modelVersions]),
        refused,
      ]),
    ]);
  return before === null || followed(before) !== followed(after);
}

/** Throws INVALID_INPUT for what the store could not keep, or could not place in time. */
export function checkHeartbeat(heartbeat: Heartbeat, now: Date): void {
  const problem = unstorable(heartbeat);
  if (problem !== null) throw new DomainError('INVALID_INPUT', `body: ${problem}`, { field: 'body' });
  const at = Date.parse(heartbeat.at);
  if (at < 0 || at > now.getTime() + DAY_MS) {
    throw new DomainError('INVALID_INPUT', `at: ${heartbeat.at} is out of range; allowed: 1970 to a day from now`, {
      field: 'at',
    });
  }
}

/** A node as others follow it. */
export const edgeNodeEvent = (node: EdgeNode): AssetEventInput => ({
  urn: edgeNodeUrn.format({ project: node.project, name: node.node }),
  kind: 'edge-node',
  project: node.project,
  revision: node.revision,
  at: node.receivedAt.toISOString(),
  asset: {
    name: node.node,
    description: `An edge node on ${node.runtime}.`,
    upstream: node.deployments.map(({ deployment }) => ({ urn: deployment, relation: 'RUNS_ON' as const })),
  },
  data: { trust: node.trust, epoch: node.epoch, stale: node.stale, deployments: node.deployments },
});
