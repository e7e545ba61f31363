import type { Rollout, RolloutStep } from './rollout.ts';
import { refuse } from '../refuse.ts';

/** What all checks of a blue-green switch go by. */
export interface BlueGreenLimits {
  /** Answers are judged over so many seconds at a time, up to now. */
  readonly windowSeconds: number;
  /** Fewer answers than these in a window say nothing. */
  readonly minAnswers: number;
  /** Largest share of a window’s requests that may have no answer, or that of a fallback. */
  readonly maxErrorShare: number;
  /** Ceiling of the 99th percentile: of answers, and of what a node measures when it makes the release ready. */
  readonly maxP99Ms: number;
  /** Largest share of its memory that a node may use. */
  readonly maxMemoryShare: number;
  /** How many requests a second the nodes must be able to answer, and answer after the switch; null: not asked. */
  readonly minPerSecond: number | null;
  /** Largest share of the candidate’s values of features that may be too old or not there; null: not asked. */
  readonly maxStaleShare: number | null;
}

/** A switch of all traffic at once, with the release of before kept ready on every node. */
export interface BlueGreen extends BlueGreenLimits {
  /** Digests of the two releases, as nodes name them. */
  readonly digests: { readonly control: string; readonly candidate: string };
  /** The enrolled nodes that were ready when it was switched: each must go on being heard. */
  readonly nodes: readonly string[];
}

/** How a blue-green switch is asked for. */
export interface BlueGreenPlan extends BlueGreenLimits {
  readonly watchMinutes: number;
  readonly maxMinutes: number | null;
  readonly approval: boolean;
}

export const PREPARE = 1;
export const WATCH = 2;

/** First the candidate is made ready beside what answers, then it answers everybody and is watched. */
export const blueGreenSteps = ({ watchMinutes, maxMinutes, approval }: BlueGreenPlan): readonly RolloutStep[] => {
  const none = { minSamples: 0, minMinutes: 0, maxMinutes, margins: {} };
  return [
    { ...none, weight: 0, bakeMinutes: 0, approval },
    { ...none, weight: 1, bakeMinutes: watchMinutes, approval: false },
  ];
};

/** A year. */
const MOST_MINUTES = 525_600;
const MOST_WINDOW_SECONDS = 3_600;

/** Throws INVALID_INPUT that names the field and what is allowed. */
export function checkBlueGreen(
  { guardrails, onExpiry, steps }: Pick<Rollout, 'guardrails' | 'onExpiry' | 'steps'>,
  limits: BlueGreenLimits,
): void {
  if (guardrails.length > 0) {
    const message = 'a blue-green switch has no control at the same time to be compared with; allowed: none';
    throw refuse('guardrails', message, []);
  }
  if (onExpiry === 'CONTINUE_WITHIN_MARGIN') {
    const allowed = ['ROLL_BACK', 'HOLD'];
    throw refuse('onExpiry', `a blue-green switch has no margins; allowed: ${allowed.join(' or ')}`, allowed);
  }
  const { windowSeconds, minAnswers, maxErrorShare, maxP99Ms, maxMemoryShare, minPerSecond, maxStaleShare } = limits;
  const { bakeMinutes: watchMinutes = 0, maxMinutes = null } = steps.at(-1) ?? {};
  between('watchMinutes', watchMinutes, 0, MOST_MINUTES);
  if (maxMinutes !== null && !(maxMinutes > watchMinutes && maxMinutes <= MOST_MINUTES)) {
    throw refuse(
      'blueGreen.maxMinutes',
      `is ${maxMinutes}; allowed: above watchMinutes, ${watchMinutes}, up to ${MOST_MINUTES}`,
    );
  }
  between('windowSeconds', windowSeconds, 1, MOST_WINDOW_SECONDS);
  between('minAnswers', minAnswers, 1, Number.MAX_SAFE_INTEGER);
  between('maxErrorShare', maxErrorShare, 0, 1);
  between('maxP99Ms', maxP99Ms, 1e-3, 3_600_000);
  between('maxMemoryShare', maxMemoryShare, 1e-3, 1);
  if (minPerSecond !== null) between('minPerSecond', minPerSecond, 1e-3, 1e9);
  if (maxStaleShare !== null) between('maxStaleShare', maxStaleShare, 0, 1);
}

function between(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw refuse(`blueGreen.${name}`, `is ${value}; allowed: ${least} to ${most}`);
}
