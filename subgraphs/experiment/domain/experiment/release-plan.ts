import { guardInWords, type ArmGuard } from './arm-guard.ts';
import { STAGED_5_20_50_100, type RolloutStep } from '../rollout/rollout.ts';

/** How an arm is brought to everybody: what must be mended first, and the steps of a rollout. */
export interface ReleasePlan {
  readonly arm: string;
  /** What stands in its way, in words; empty where nothing does. */
  readonly first: readonly string[];
  readonly steps: readonly RolloutStep[];
  readonly summary: string;
}

const WEEK_MINUTES = 7 * 1_440;

/** An arm that broke a guardrail is watched for longer on its way. */
const SLOW: readonly RolloutStep[] = STAGED_5_20_50_100.map((step) => ({
  ...step,
  minMinutes: WEEK_MINUTES,
  maxMinutes: step.maxMinutes === null ? null : 4 * WEEK_MINUTES,
}));

/** The gradual way for an arm, after what `open` says of its guardrails was mended. */
export function planFor(arm: string, open: readonly ArmGuard[]): ReleasePlan {
  const names = open.map(({ guardrail }) => guardrail.name).join(', ');
  if (open.length === 0) {
    const summary = `${arm}: step by step, by a rollout (preset STAGED_5_20_50_100) guarded by the same metrics`;
    return { arm, first: [], steps: STAGED_5_20_50_100, summary };
  }
  return {
    arm,
    first: open.map(guardInWords),
    steps: SLOW,
    summary: `${arm}: only after ${names} is mended, then by a gradual rollout over 4 weeks: 5, 20, 50 and 100 % of the traffic, a week each, guarded by ${names}`,
  };
}
