/**
 * Written down before any run (steps, units and margins of the plan are not to be tuned by what comes out). Brier scores of
 * June lie at .11, one flight's at ± .2: 8,000 flights of each arm show a difference of .012, 50,000 one of .005. A gain of
 * .0014, as the challenger's, is beyond any split of traffic: whether it wins, the shadow's pairs decide.
 */
export const STEPS = [
  { weight: 0.1, minSamples: 8_000, brierMargin: 0.012 },
  { weight: 0.3, minSamples: 25_000, brierMargin: 0.008 },
  { weight: 0.5, minSamples: 50_000, brierMargin: 0.005 },
] as const;

/** How much more often a fallback may answer. */
export const FALLBACK_MARGIN = 0.01;

/** From which p on, at any look, the shadow's pairs let the last step go on. */
export const SHADOW_P = 0.001;

/** The challenger, and the two whose trainers took other units than everyone sends. */
export const CANDIDATES = ['challenger', 'percent', 'kilometres'] as const;
export type Candidate = (typeof CANDIDATES)[number];

export const METRICS = {
  brier: { name: 'flight-brier', description: 'How far scores lie from what came, squared.' },
  fallbacks: { name: 'flight-fallbacks', description: 'How often a fallback answers.' },
} as const;
