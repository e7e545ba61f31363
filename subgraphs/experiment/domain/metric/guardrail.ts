import type { CoMoments } from '../../../../core/statistics/comoments.ts';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { type Moments, variance } from '../../../../core/statistics/moments.ts';
import { ratioMoments } from '../../../../core/statistics/ratio-metric.ts';
import {
  oneSidedHalfWidth,
  oneSidedP,
  oneSidedSize,
} from '../../../../core/statistics/sequential/confidence-sequence.ts';
import type { MarginKind, MetricDefinition, MetricUse } from './metric.ts';
import { refuse } from '../refuse.ts';

/** A metric that must not get worse by more than its margin, in one revision of its definition. */
export interface Guardrail extends MetricUse {
  readonly margin: number | null;
  readonly marginKind: MarginKind;
  /** A segment of the recipe: harm is looked for within each of its values too. */
  readonly segment: string | null;
}

export const MOST_GUARDRAILS = 20;

/** Throws INVALID_INPUT for too many, or for a metric that guards twice. */
export function checkGuards(guardrails: readonly Guardrail[]): void {
  if (guardrails.length > MOST_GUARDRAILS) {
    throw refuse('guardrails', `there are ${guardrails.length}; allowed: up to ${MOST_GUARDRAILS}`);
  }
  const names = guardrails.map(({ name }) => name);
  const twice = names.findIndex((name, i) => names.indexOf(name) < i);
  if (twice >= 0) throw refuse(`guardrails.${twice}.metric`, `"${names[twice]}" guards already`);
}

/** What units say of one guardrail in one step: x is the denominator and y the numerator of a unit. */
export interface GuardrailSums {
  readonly control: CoMoments;
  readonly candidate: CoMoments;
}

export const GUARDRAIL_STATES = ['HARMED', 'HELD', 'UNDECIDED', 'NO_DATA'] as const;
export type GuardrailState = (typeof GUARDRAIL_STATES)[number];

/** What one guardrail has shown, over all units or within one value of its segment. */
export interface GuardrailFinding {
  readonly control: number | null;
  readonly candidate: number | null;
  /** By how much the candidate is worse; below 0 it is better. `null` without data. */
  readonly worse: number | null;
  /** How much worse is accepted, in the metric's unit. `null` where the control does not say yet. */
  readonly accepted: number | null;
  /** Where `worse` lies, at any look: each bound alone holds with 1 − alpha. `null` of a handful of units. */
  readonly bounds: Interval | null;
  /** Small where it is worse by more than is accepted. */
  readonly pHarm: number;
  /** Small where it is not. */
  readonly pHeld: number;
  /** More units of each arm until it is likely decided; null where nothing can be said. */
  readonly missing: number | null;
  /** The control breaks it as well: something else than the candidate is wrong. */
  readonly controlToo: boolean;
}

export interface GuardrailRule {
  readonly definition: MetricDefinition;
  readonly margin: number;
  readonly marginKind: MarginKind;
  readonly alpha: number;
  /** Units of each arm at which the bound of what holds shall be narrowest. */
  readonly minSamples: number;
}

/** Fewer units of an arm than these show no harm: the bounds rest on the central limit. */
const FEWEST = 10;
/** The bound of harm is narrowest at this part of a step's units. */
const EARLY = 20;
const TOO_FEW = { bounds: null, pHarm: 1, pHeld: 1 };

/**
 * One guardrail by always-valid bounds (Waudby-Smith et al., one-sided): whoever looks, however often, is wrong with a
 * chance of alpha at most. Units are independent; what varies within one, as several answers, is in its sums.
 */
export function judgeGuardrail(rule: GuardrailRule, sums: GuardrailSums): GuardrailFinding {
  const control = armOf(rule.definition, sums.control);
  const candidate = armOf(rule.definition, sums.candidate);
  return rule.definition.kind === 'QUANTILE'
    ? underCeiling(rule, control, candidate)
    : notWorse(rule, control, candidate);
}

interface ArmEstimate {
  readonly n: number;
  readonly mean: number;
  /** Of one unit. */
  readonly variance: number;
}

/**
 * Shares of few events vary more than they show: with none at all they would not vary. Their variance is at least that of
 * the share with one more of each kind (Agresti & Caffo 2000).
 */
function armOf({ kind }: MetricDefinition, sums: CoMoments): ArmEstimate | null {
  const moments: Moments | null = ratioMoments(sums);
  if (!moments) return null;
  const seen = variance(moments) ?? 0;
  if (kind === 'MEAN' || kind === 'RATIO') return { n: moments.n, mean: moments.mean, variance: seen };
  const answers = sums.n * sums.meanX;
  const share = (answers * Math.min(1, moments.mean) + 1) / (answers + 2);
  // Of one unit with so many answers.
  const least = (share * (1 - share)) / sums.meanX;
  return { n: moments.n, mean: moments.mean, variance: Math.max(seen, least) };
}

const NOTHING = { worse: null, accepted: null, bounds: null, pHarm: 1, pHeld: 1, missing: null, controlToo: false };

function notWorse(rule: GuardrailRule, control: ArmEstimate | null, candidate: ArmEstimate | null): GuardrailFinding {
  const means = { control: control?.mean ?? null, candidate: candidate?.mean ?? null };
  if (!control || !candidate) return { ...means, ...NOTHING };
  const sign = rule.definition.higherIsBetter ? -1 : 1;
  const worse = sign * (candidate.mean - control.mean);
  const relative = rule.marginKind === 'RELATIVE';
  const accepted = relative ? rule.margin * Math.abs(control.mean) : rule.margin;
  // A relative margin moves with the control, and so does its error.
  const factor = relative ? 1 + sign * rule.margin * Math.sign(control.mean) : 1;
  const error = Math.sqrt(candidate.variance / candidate.n + (factor ** 2 * control.variance) / control.n);
  const n = control.n + candidate.n;
  const found = tested(rule, { worse, accepted, error, n, arms: 2 });
  const isFew = Math.min(control.n, candidate.n) < FEWEST;
  const missing = found.missing === null ? null : Math.ceil(found.missing / 2);
  return { ...means, ...found, ...(isFew && TOO_FEW), missing, controlToo: false };
}

/** The share of answers above the ceiling against the share that the quantile leaves. */
function underCeiling(
  rule: GuardrailRule,
  control: ArmEstimate | null,
  candidate: ArmEstimate | null,
): GuardrailFinding {
  const means = { control: control?.mean ?? null, candidate: candidate?.mean ?? null };
  if (!candidate) return { ...means, ...NOTHING };
  const accepted = 1 - (rule.definition.quantile ?? 0);
  const of = ({ mean, variance: spread, n }: ArmEstimate) =>
    tested(rule, { worse: mean, accepted, error: Math.sqrt(spread / n), n, arms: 1 });
  const found = of(candidate);
  const controlToo = control !== null && control.n >= FEWEST && of(control).pHarm < rule.alpha;
  return { ...means, ...found, ...(candidate.n < FEWEST && TOO_FEW), controlToo };
}

interface Excess {
  readonly worse: number;
  readonly accepted: number;
  readonly error: number;
  readonly n: number;
  /** How many arms n counts. */
  readonly arms: 1 | 2;
}

function tested({ alpha, minSamples }: GuardrailRule, { worse, accepted, error, n, arms }: Excess) {
  const excess = worse - accepted;
  // Great harm shows long before the step is full: its bound is narrowest early, and hardly wider later on.
  const harm = { standardError: error, n, alpha, tunedFor: arms * Math.max(FEWEST, minSamples / EARLY) };
  const held = { ...harm, tunedFor: arms * minSamples };
  // As if nothing were worse, where it looks worse than is accepted: else no number of units would do.
  const distance = excess < 0 ? -excess : accepted;
  const size =
    distance > 0
      ? oneSidedSize({ deviation: error * Math.sqrt(n), halfWidth: distance, alpha, tunedFor: held.tunedFor })
      : null;
  return {
    worse,
    accepted,
    bounds: { lower: worse - oneSidedHalfWidth(harm), upper: worse + oneSidedHalfWidth(held) },
    pHarm: oneSidedP({ ...harm, estimate: excess }),
    pHeld: oneSidedP({ ...held, estimate: -excess }),
    missing: size === null || size === Number.MAX_SAFE_INTEGER ? null : Math.max(0, size - n),
  };
}
