import { invalid, requireOpenUnit } from '../check.ts';
import { normalIsf, normalPdf, normalSf } from '../distributions/normal.ts';

/** How alpha is spent over the looks (Lan & DeMets 1983): little at first, evenly, or as a power of the share of information. */
export type Spending =
  | { readonly kind: 'obrien-fleming' }
  | { readonly kind: 'pocock' }
  | { readonly kind: 'power'; readonly power: number };

export interface GroupSequentialBounds {
  /** At each look: |z| from which one stops. ∞ where no alpha is spent yet. */
  readonly zBounds: readonly number[];
  /** The two-sided p that belongs to each of them. */
  readonly nominalP: readonly number[];
}

/**
 * Bounds of a symmetric two-sided test at given shares of the planned information, each above the one before and at most 1;
 * alpha/2 is spent on either side. By numerical integration over the statistic's path (Armitage, McPherson & Rowe 1969).
 */
export function groupSequentialBounds(
  informationFractions: readonly number[],
  alpha: number,
  spending: Spending,
): GroupSequentialBounds {
  requireOpenUnit('alpha', alpha);
  requireFractions(informationFractions);
  const side = alpha / 2;
  const spent = informationFractions.map((t) => spentAt(t, side, spending));
  const zBounds: number[] = [];
  let path: Path | undefined;
  for (const [look, t] of informationFractions.entries()) {
    const step = Math.sqrt(t - (informationFractions[look - 1] ?? 0));
    const share = (spent[look] ?? 0) - (spent[look - 1] ?? 0);
    const bound = path ? boundOf(path, step, share) : normalIsf(share) * step;
    zBounds.push(bound / Math.sqrt(t));
    path = pathWithin(path, step, Math.min(bound, WIDEST * Math.sqrt(t)));
  }
  return { zBounds, nominalP: zBounds.map((z) => 2 * normalSf(z)) };
}

function requireFractions(fractions: readonly number[]): void {
  if (fractions.length === 0) throw invalid('informationFractions', 'hold no look; allowed: at least one');
  for (const [at, t] of fractions.entries()) {
    if (!(t > (fractions[at - 1] ?? 0) && t <= 1)) {
      throw invalid(`informationFractions[${at}]`, `is ${t}; allowed: above the one before, at most 1`);
    }
  }
}

/** How much of one side's alpha may have been spent when the share t of the information is there. */
function spentAt(t: number, side: number, spending: Spending): number {
  if (spending.kind === 'obrien-fleming') return 2 * normalSf(normalIsf(side / 2) / Math.sqrt(t));
  if (spending.kind === 'pocock') return side * Math.log(1 + (Math.E - 1) * t);
  if (!(spending.power > 0)) throw invalid('spending.power', `is ${spending.power}; allowed: above 0`);
  return side * t ** spending.power;
}

/** The density of the statistic (z·√t) where the test has not stopped, at the nodes of Simpson's rule, with its weights. */
interface Path {
  readonly at: Float64Array;
  readonly mass: Float64Array;
}

/** Beyond so many deviations there is nothing to integrate. */
const WIDEST = 10;
const INTERVALS = 800;

function pathWithin(before: Path | undefined, step: number, bound: number): Path {
  const width = (2 * bound) / INTERVALS;
  const at = Float64Array.from({ length: INTERVALS + 1 }, (_, i) => -bound + i * width);
  const mass = at.map((value, i) => {
    const weight = (width / 3) * (i === 0 || i === INTERVALS ? 1 : i % 2 === 1 ? 4 : 2);
    return weight * (before ? densityAt(before, step, value) : normalPdf(value / step) / step);
  });
  return { at, mass };
}

function densityAt({ at, mass }: Path, step: number, value: number): number {
  let density = 0;
  for (let i = 0; i < at.length; i++) density += (mass[i] ?? 0) * normalPdf((value - (at[i] ?? 0)) / step);
  return density / step;
}

/** P(the statistic lies above `bound` after the next step and the test had not stopped before). */
function chanceAbove({ at, mass }: Path, step: number, bound: number): number {
  let chance = 0;
  for (let i = 0; i < at.length; i++) chance += (mass[i] ?? 0) * normalSf((bound - (at[i] ?? 0)) / step);
  return chance;
}

/** The bound above which the next look stops with the chance `share`. */
function boundOf(path: Path, step: number, share: number): number {
  if (share <= 0) return Infinity;
  let low = 0;
  let high = WIDEST * 2;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (chanceAbove(path, step, middle) > share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
