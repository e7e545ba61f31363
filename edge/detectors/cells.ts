import { SCORE_NAME } from '../../core/recipe/rules.ts';
import type { Value } from '../../core/recipe/value.ts';
import { psiOfShares } from '../../core/statistics/psi-of-shares.ts';
import type { DetectorInRecipe } from '../../schema/recipe.ts';
import type { Answer } from '../recipe/run.ts';

/** How a detector counts an answer, and what it makes of the counts. */
export interface Cells {
  readonly cells: number;
  /** Above it the detector trips. */
  readonly limit: number;
  /** Null: the answer says nothing of it. `answer` is null where a request was left without one. */
  cellOf(answer: Answer | null): number | null;
  figureOf(shares: readonly number[]): number;
}

const FINE = 0;
const BAD = 1;
const badShare = (shares: readonly number[]): number => shares[BAD] ?? 0;

export function cellsOf(watch: DetectorInRecipe['watch']): Cells {
  switch (watch.kind) {
    case 'ERRORS':
      return {
        cells: 2,
        limit: watch.share,
        cellOf: (answer) => (answer?.fallback === null ? FINE : BAD),
        figureOf: badShare,
      };
    case 'RANGE': {
      const { field, min = -Infinity, max = Infinity } = watch;
      const cellOf = (answer: Answer | null): number | null => {
        const value = valueOf(answer, field);
        if (value === undefined) return null;
        return value !== null && Number(value) >= min && Number(value) <= max ? FINE : BAD;
      };
      return { cells: 2, limit: watch.share, cellOf, figureOf: badShare };
    }
    case 'DRIFT':
    default: {
      const { field, edges, shares: reference } = watch;
      const cellOf = (answer: Answer | null): number | null => {
        const value = valueOf(answer, field) ?? null;
        if (value === null) return null;
        const after = edges.findIndex((edge) => Number(value) < edge);
        return after < 0 ? edges.length : after;
      };
      return {
        cells: reference.length,
        limit: watch.psi,
        cellOf,
        figureOf: (shares) => psiOfShares(reference, shares),
      };
    }
  }
}

/** Null: the value is missing. Undefined: the answer was made before there could be one. */
function valueOf(answer: Answer | null, field: string): Value | undefined {
  if (!answer) return undefined;
  const { made, inputs, features, score, fallback, plan } = answer;
  if (field === SCORE_NAME) return fallback === null ? (score ?? undefined) : undefined;
  const value = made?.values[field] ?? inputs[field] ?? features[field]?.value ?? null;
  if (value !== null) return value;
  return plan.inputs.has(field) || Object.hasOwn(features, field) ? null : undefined;
}
