import type { ShadowCounts, ShadowRecord } from '../../../../schema/telemetry.ts';
import type { Rejection } from './rejection.ts';
import type { Trust } from '../trust.ts';

/** What a shadow said beside a prediction, as the store holds it. */
export interface StoredShadow extends Pick<
  ShadowRecord,
  'id' | 'predictionId' | 'holder' | 'holderRevision' | 'release' | 'models' | 'score' | 'decision' | 'failure'
> {
  readonly timings: Readonly<Record<string, number>>;
  readonly receivedAt: Date;
}

/** Why a record does not belong to its prediction, or null. A device cannot speak for the answer of a node. */
export function misfit(
  { id, predictionId, occurredAt, primary }: ShadowRecord,
  trust: Trust,
  prediction: { readonly occurredAt: Date; readonly trust: Trust; readonly release: string } | undefined,
): Rejection | null {
  if (!prediction) {
    const message = `the prediction ${predictionId} is not in the store: send its record first`;
    return { id, code: 'PREDICTION_UNKNOWN', message };
  }
  const conflict = (message: string): Rejection => ({ id, code: 'CONFLICT', message });
  if (prediction.trust !== trust) return conflict(`the prediction ${predictionId} was recorded by another kind of key`);
  if (prediction.occurredAt.getTime() !== Date.parse(occurredAt)) {
    return conflict(`occurredAt is ${occurredAt}; that of its prediction is ${prediction.occurredAt.toISOString()}`);
  }
  if (prediction.release === primary.release) return null;
  return conflict(`primary.release is ${primary.release}; the prediction was answered by ${prediction.release}`);
}

/** The record at the time under which its prediction is stored, where both bear the same time of a wrong clock. */
export function atItsPrediction(
  record: ShadowRecord,
  prediction: { readonly occurredAt: Date; readonly nodeTime: Date | null } | undefined,
): ShadowRecord {
  if (prediction?.nodeTime?.getTime() !== Date.parse(record.occurredAt)) return record;
  return { ...record, occurredAt: prediction.occurredAt.toISOString() };
}

/** Where every answer is that a shadow was chosen for, over all runs of all nodes. */
export interface ShadowAccount {
  readonly nodes: number;
  readonly chosen: number;
  readonly recorded: number;
  readonly queued: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
}

function added(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(names.map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}

type Reported = Pick<ShadowCounts, 'chosen' | 'recorded' | 'queued' | 'dropped' | 'failed'>;

export const sumShadows = (runs: readonly { readonly node: string; readonly counts: Reported }[]): ShadowAccount =>
  runs.reduce<ShadowAccount>(
    (sum, { counts }) => ({
      nodes: sum.nodes,
      chosen: sum.chosen + counts.chosen,
      recorded: sum.recorded + counts.recorded,
      queued: sum.queued + counts.queued,
      dropped: added(sum.dropped, counts.dropped),
      failed: added(sum.failed, counts.failed),
    }),
    {
      nodes: new Set(runs.map(({ node }) => node)).size,
      chosen: 0,
      recorded: 0,
      queued: 0,
      dropped: {},
      failed: {},
    },
  );
