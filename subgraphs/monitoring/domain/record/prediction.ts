import type { Reasons } from '../../../../schema/reasons.ts';
import type { AnsweringLayer, PredictionRecord, RuleResult } from '../../../../schema/telemetry.ts';
import type { Trust } from '../trust.ts';

/** A prediction as the store holds it. */
export interface StoredPrediction extends Omit<
  PredictionRecord,
  | 'occurredAt'
  | 'nodeTime'
  | 'forced'
  | 'layer'
  | 'variant'
  | 'holdout'
  | 'rules'
  | 'fallbackAction'
  | 'segments'
  | 'reasons'
  | 'trust'
> {
  /** The tester whose token chose the release. */
  readonly forced: string | null;
  /** Null where the caller named the release. */
  readonly layer: AnsweringLayer | null;
  /** The segment of a VARIANT layer, as `field=value`. */
  readonly variant: string | null;
  readonly holdout: NonNullable<PredictionRecord['holdout']> | null;
  /** Null where the recipe declares none. */
  readonly segments: Readonly<Record<string, string>> | null;
  /** Null where no rule matched or failed. */
  readonly rules: readonly RuleResult[] | null;
  /** Why, where the recipe asks for it in the log. */
  readonly reasons: Reasons | null;
  readonly fallbackAction: NonNullable<PredictionRecord['fallbackAction']> | null;
  readonly project: string;
  readonly node: string;
  readonly trust: Trust;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  /** What the node's own clock said, where that was wrong. */
  readonly nodeTime: Date | null;
}

/** Who sent a batch, and when it came. */
export interface Arrival {
  readonly project: string;
  readonly node: string;
  readonly trust: Trust;
  readonly receivedAt: Date;
}

/** The outcome in force for a prediction. */
export interface Outcome {
  readonly id: string;
  readonly predictionId: string;
  readonly value: number;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly trust: Trust;
}

/** What a list of predictions is narrowed to. */
export interface PredictionFilter {
  readonly project: string;
  readonly deployment: string;
  readonly from: Date | null;
  readonly to: Date | null;
  /** Only answers of releases that run it. */
  readonly modelVersion: string | null;
  readonly arm: string | null;
  readonly layer: AnsweringLayer | null;
  readonly variant: string | null;
  readonly trust: Trust;
}
