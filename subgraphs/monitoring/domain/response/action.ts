import * as z from 'zod';
import { FieldName, IdText, Name } from '../../../../schema/common.ts';

/** How a trainer learns: from all of the window, on from the version that serves, or only what the alerts are about. */
export const STRATEGIES = ['FULL', 'INCREMENTAL', 'TARGETED'] as const;

/** A release compared beside the answers. */
const ShadowPlan = z.strictObject({
  /** The input field whose value is hashed. */
  unit: FieldName,
  share: z.number().gt(0).max(1).default(1),
  /** Pairs with an outcome before anything is decided. */
  leastPairs: z.int().min(1).max(100_000_000),
  /** What lets it through: BETTER is shown at any look; NOT_WORSE lets an even result through too. */
  needs: z.enum(['BETTER', 'NOT_WORSE']).default('NOT_WORSE'),
  /** When it is given up. */
  mostHours: z.number().min(0.01).max(8_760).default(168),
});
export type ShadowPlan = z.infer<typeof ShadowPlan>;

const Margin = z.strictObject({ metric: Name, margin: z.number() });

const RolloutStep = z.strictObject({
  weight: z.number().gt(0).max(1),
  minSamples: z.int().min(1),
  minMinutes: z.number().min(0).default(0),
  maxMinutes: z.number().min(0).nullable().default(null),
  bakeMinutes: z.number().min(0).default(0),
  margins: z.array(Margin).max(50).default([]),
});

/** A release that gets the traffic step by step. */
const RolloutPlan = z.strictObject({
  unit: FieldName,
  steps: z.array(RolloutStep).min(1).max(20),
  guardrails: z
    .array(z.strictObject({ metric: Name, margin: z.number().optional() }))
    .min(1)
    .max(50),
  alpha: z.number().gt(0).lt(1).default(0.05),
  onExpiry: z.enum(['ROLL_BACK', 'HOLD', 'CONTINUE_WITHIN_MARGIN']).default('ROLL_BACK'),
});
export type RolloutPlan = z.infer<typeof RolloutPlan>;

const Retrain = z.strictObject({
  kind: z.literal('RETRAIN'),
  model: Name,
  strategy: z.enum(STRATEGIES),
  /** The data to learn from: so many days up to the trigger. */
  days: z.int().min(1).max(3_660),
  /** The receiver of kind WEBHOOK that is asked; null: the trainer asks for runs itself. */
  trainer: Name.nullable().default(null),
  /** How long the trainer may take. */
  answerHours: z.number().min(0.01).max(720).default(48),
  /** How far the new version goes by itself. */
  until: z.enum(['VALIDATED', 'SHADOW', 'LIVE']).default('VALIDATED'),
  shadow: ShadowPlan.nullable().default(null),
  rollout: RolloutPlan.nullable().default(null),
});

/** What a policy does. */
export const Action = z.discriminatedUnion('kind', [
  Retrain,
  z.strictObject({ kind: z.literal('SHADOW'), release: IdText, shadow: ShadowPlan }),
  z.strictObject({ kind: z.literal('ROLLOUT'), release: IdText, rollout: RolloutPlan }),
  z.strictObject({ kind: z.literal('ROLL_BACK') }),
  z.strictObject({ kind: z.literal('FALLBACK') }),
  z.strictObject({ kind: z.literal('PAGE'), receivers: z.array(Name).min(1).max(20) }),
]);
export type Action = z.infer<typeof Action>;
export type Retrain = z.infer<typeof Retrain>;
