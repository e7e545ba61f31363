import type { OutcomeRecord } from '../../../../schema/telemetry.ts';
import type { Rejection } from './rejection.ts';
import type { Trust } from '../trust.ts';

/** How long, and how many, outcomes wait for their predictions. */
export interface PendingLimits {
  readonly days: number;
  /** Of one project, from enrolled nodes and services; devices have a tenth of it. */
  readonly most: number;
}

export const mostPending = ({ most }: PendingLimits, trust: Trust): number =>
  trust === 'server' ? most : Math.floor(most / 10);

/** What became of the outcomes that came before their predictions, and of those that were refused. */
export interface OutcomeAccount {
  /** They wait now. */
  readonly pending: number;
  readonly oldestPendingAt: Date | null;
  /** They waited, and were taken when their prediction came. */
  readonly joined: number;
  /** Their prediction did not come in time. */
  readonly givenUp: number;
  /** They were refused: not valid, or no room to wait. */
  readonly refused: number;
}

export const noRoom = ({ id, predictionId }: OutcomeRecord, most: number): Rejection => ({
  id,
  code: 'PREDICTION_UNKNOWN',
  message: `the prediction ${predictionId} is not in the store, and ${most} outcomes wait for theirs: send it again later`,
});
