import { DomainError } from '../../../../core/errors.ts';
import type { AssetEventInput } from '../../../../schema/event.ts';
import type { DetectorReport, Heartbeat } from '../../../../schema/telemetry.ts';
import type { NodeCounts } from '../record/accounting.ts';
import { edgeNodeUrn } from '../ids.ts';
import { unstorable } from '../record/record.ts';
import type { Trust } from '../trust.ts';

export interface NodeRelease {
  readonly release: string;
  readonly modelVersions: readonly string[];
  /** 99th percentile of its models' warm runs on the node; undefined where it did not say. */
  readonly p99Ms?: number | undefined;
  /** Requests of the minute before the heartbeat that it gave no answer to. */
  readonly unanswered?: number | undefined;
  /** How the detectors of its recipe stand; undefined where it has none. */
  readonly detectors?: readonly DetectorReport[] | undefined;
  /** The values that it asked the store for in that minute, and those of no use. */
  readonly features?: { readonly read: number; readonly stale: number } | undefined;
}

/** What a node serves of one deployment, as it says itself. */
export interface NodeDeployment {
  readonly deployment: string;
  /** The releases it can answer with, and what they run. */
  readonly serving: readonly NodeRelease[];
  /** Why it does not honour the newest manifest's entry, if it does not. */
  readonly refused: string | null;
}

/** A running edge, known by its heartbeats. */
export interface EdgeNode {
  readonly project: string;
  readonly node: string;
  readonly trust: Trust;
  readonly epoch: string;
  /** When its newest heartbeat was written, as far as its arrival bears that out, and when it arrived. */
  readonly at: Date;
  readonly receivedAt: Date;
  /** When that was by the node's own clock, and how far that clock is ahead of the control plane's. */
  readonly nodeTime: Date;
  readonly clockSkewMs: number;
  readonly firstSeenAt: Date;
  readonly manifestRevision: number;
  readonly manifestAgeMs: number;
  readonly stale: boolean;
  readonly runtime: string;
  readonly deployments: readonly NodeDeployment[];
  readonly counts: NodeCounts;
  /** What it uses of the memory that it may use; null where it does not say. */
  readonly memory: { readonly usedBytes: number; readonly limitBytes: number } | null;
  /** Grows when what others follow changes: runtime, epoch, staleness, what is served or refused, how detectors stand. */
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
        serving.map(({ release, modelVersions, detectors = [] }) => [
          release,
          modelVersions,
          detectors.map(({ name, state }) => [name, state]),
        ]),
        refused,
      ]),
    ]);
  return before === null || followed(before) !== followed(after);
}

/** Throws INVALID_INPUT for what the store could not keep. */
export function checkHeartbeat(heartbeat: Heartbeat): void {
  const problem = unstorable(heartbeat);
  if (problem !== null) throw new DomainError('INVALID_INPUT', `body: ${problem}`, { field: 'body' });
  if (Date.parse(heartbeat.at) >= 0) return;
  throw new DomainError('INVALID_INPUT', `at: ${heartbeat.at} is out of range; allowed: from 1970 on`, { field: 'at' });
}

/** A heartbeat is sent as soon as it is written: one that claims to be older than this has a slow clock. */
const LONGEST_WAY_MS = 60_000;
const WRONG_FROM_MS = 5_000;

export const isClockWrong = (clockSkewMs: number): boolean => Math.abs(clockSkewMs) > WRONG_FROM_MS;

/**
 * When a heartbeat was written, whatever its node's clock says: not after it arrived, and not much earlier. So a node whose
 * clock is fast, slow or was just set right stays alive, and its heartbeats keep their order.
 */
export function placeHeartbeat(
  claimed: Date,
  receivedAt: Date,
  reportedSkewMs: number | null,
): Pick<EdgeNode, 'at' | 'nodeTime' | 'clockSkewMs'> {
  const now = receivedAt.getTime();
  const at = new Date(Math.min(now, Math.max(now - LONGEST_WAY_MS, claimed.getTime())));
  // A node that knows its skew reports by the control plane's clock.
  if (reportedSkewMs !== null) {
    return { at, nodeTime: new Date(now + reportedSkewMs), clockSkewMs: reportedSkewMs };
  }
  return { at, nodeTime: claimed, clockSkewMs: claimed.getTime() - now };
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
