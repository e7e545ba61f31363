import type { FeatureUse } from '../features/gather.ts';
import type { BudgetedStage } from '../recipe/budgets.ts';
import type { ShownReasons } from '../recipe/reasons.ts';
import type { Answer } from '../recipe/run.ts';
import type { Choice } from '../../core/traffic/choose.ts';
import type { ManifestDeployment } from '../../schema/manifest.ts';
import type { ModelScores, RuleResult } from '../../schema/telemetry.ts';

/** What `POST /v1/predict/{endpoint}` answers. */
export interface PredictAnswer {
  /** Names the prediction: outcomes refer to it. */
  readonly id: string;
  readonly requestId?: string;
  readonly endpoint: string;
  readonly environment: string;
  /** Null where rules decided without one. */
  readonly score: number | null;
  readonly decision: string | null;
  /** Of the rule that decided; null where none did. */
  readonly confidence: number | null;
  readonly reason: string | null;
  /** The rules that matched or failed, in the recipe's order: the first that matched decided. */
  readonly rules: readonly RuleResult[];
  /** Digest of the release that answered. */
  readonly release: string;
  /** What each of its models said, in the recipe's order; null where it did not. */
  readonly models: ModelScores;
  readonly arm: string | null;
  /** Whether a tester's token chose the release. */
  readonly forced: boolean;
  readonly bucket: number | null;
  /** The segment whose variant answered, as `season=monsoon`. */
  readonly variant: string | null;
  /** The segments that the recipe declares, with their values. */
  readonly segments: Readonly<Record<string, string>>;
  /** Whether what the node holds has expired. */
  readonly stale: boolean;
  readonly fallback: { readonly cause: string; readonly action: string; readonly detail: string } | null;
  /** Whether it took longer than the recipe's total budget. */
  readonly overrun: boolean;
  /** The stages that took longer than their budgets. */
  readonly overruns: readonly BudgetedStage[];
  readonly features: Readonly<Record<string, FeatureUse>>;
  /** Where they were asked for: null where the recipe's constant answered, or the time was over. */
  readonly reasons?: ShownReasons | null;
  readonly timings: Readonly<Record<string, number>>;
}

/** An answer whose record is kept, with what is known of its request. */
export interface KeptAnswer extends Pick<
  PredictAnswer,
  'id' | 'forced' | 'segments' | 'stale' | 'reasons' | 'timings'
> {
  readonly requestId: string | null;
  readonly entry: ManifestDeployment;
  readonly answer: Answer;
  readonly choice: Choice;
  readonly over: readonly BudgetedStage[];
}

export function shownAnswer({
  id,
  requestId,
  entry,
  answer,
  choice,
  forced,
  segments,
  stale,
  over,
  reasons,
  timings,
}: KeptAnswer): PredictAnswer {
  return {
    id,
    ...(requestId !== null && { requestId }),
    endpoint: entry.endpoint,
    environment: entry.environment,
    score: answer.score,
    decision: answer.decision,
    confidence: answer.confidence,
    reason: answer.reason,
    rules: answer.rules,
    release: answer.plan.digest,
    models: answer.models,
    arm: choice.arm,
    forced,
    bucket: choice.bucket,
    variant: choice.variant && `${choice.variant.field}=${choice.variant.value}`,
    segments,
    stale,
    fallback: fallbackShown(answer),
    overrun: over.includes('total'),
    overruns: over,
    features: answer.features,
    ...(reasons !== undefined && { reasons }),
    timings,
  };
}

const fallbackShown = ({ fallback, fallbackAction, detail }: Answer): PredictAnswer['fallback'] =>
  fallback && fallbackAction && { cause: fallback, action: fallbackAction, detail };
