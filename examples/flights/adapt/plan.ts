import { ALERT_RULES, DEPLOYMENT } from '../names.ts';
import { METRICS } from '../rollout/plan.ts';

/** The week that drift is held against, then the days around the storm of 12 February, until it must be over. */
export const BASELINE_WEEK = { from: '2001-01-22', to: '2001-01-29' } as const;
export const STORM = { from: '2001-02-05', to: '2001-03-10' } as const;

/** One flight in twenty: some 800 answers a day. */
export const SHARE = '0.05';

/** What the standing approval lets through is made by this trainer alone. */
export const TRAINER = 'flights-adapt';

export const MODEL = 'flight-delay';
export const POLICY = 'flight-delay-adapts';

/**
 * Written down before any run. It asks an approver once; from there on the version goes as far as the standing approval and
 * the data let it. At 800 answers a day 1,500 pairs take two days, and an arm of a half 800 units as many.
 */
export const DEFINITION = {
  deployment: DEPLOYMENT,
  level: 'APPROVE',
  evaluation: 'ON_DEMAND',
  trigger: { rules: [ALERT_RULES.scoreDrift, ALERT_RULES.brier], causes: ['PRIOR_SHIFT', 'PERFORMANCE_LOSS'] },
  guards: { leastPredictions: { count: 5_000, hours: 168 } },
  action: {
    kind: 'RETRAIN',
    model: MODEL,
    strategy: 'FULL',
    days: 30,
    answerHours: 2,
    until: 'LIVE',
    shadow: { unit: 'flight', leastPairs: 1_500, needs: 'NOT_WORSE' },
    rollout: {
      unit: 'flight',
      steps: [
        { weight: 0.2, minSamples: 300, margins: [{ metric: METRICS.brier.name, margin: 0.08 }] },
        { weight: 0.5, minSamples: 800, margins: [{ metric: METRICS.brier.name, margin: 0.05 }] },
      ],
      guardrails: [
        { metric: METRICS.brier.name, margin: 0.08 },
        { metric: METRICS.fallbacks.name, margin: 0.05 },
      ],
    },
  },
} as const;
