import type { Dtype } from '../../schema/common.ts';
import type { DetectorInRecipe, Recipe } from '../../schema/recipe.ts';
import type { NameTypes } from './names.ts';
import type { Report } from './problem.ts';
import { SCORE_NAME } from './rules.ts';

const NUMBERS: readonly Dtype[] = ['FLOAT64', 'INT64'];
/** Shares are written with few digits. */
const SHARES_SUM_WITHIN = 1e-3;

/** Checks that each detector of a recipe can trip, and that what it does then is declared. `columns`: what can be named before models. */
export function checkDetectors({ detectors = [], fallback }: Recipe, columns: NameTypes, report: Report): void {
  const known = new Set<string>();
  for (const [i, { name, watch, action }] of detectors.entries()) {
    const at = `detectors.${i}`;
    if (known.has(name)) report(`${at}.name`, `there is a detector "${name}" before it`);
    known.add(name);
    checkWatched(watch, columns, (field, ...problem) => report(`${at}.watch.${field}`, ...problem));
    if (action !== 'FALL_BACK' || fallback.causes.DETECTED) continue;
    report(`${at}.action`, 'the recipe does not say what answers then: declare fallback.causes.DETECTED', ['REPORT']);
  }
}

function checkWatched(watch: DetectorInRecipe['watch'], columns: NameTypes, report: Report): void {
  if (watch.kind === 'ERRORS') return;
  const { field } = watch;
  const numbers = [...columns].flatMap(([name, dtype]) => (NUMBERS.includes(dtype) ? [name] : []));
  if (field === SCORE_NAME && columns.has(SCORE_NAME)) {
    report('field', `"${SCORE_NAME}" is the score of the release, and another value is called so`);
  } else if (field !== SCORE_NAME && !numbers.includes(field)) {
    report('field', `"${field}" is no number of the recipe`, [SCORE_NAME, ...numbers]);
  }
  if (watch.kind === 'RANGE') {
    const { min, max } = watch;
    if (min === undefined && max === undefined) report('min', 'a range has a "min", a "max" or both');
    if (min !== undefined && max !== undefined && min > max) report('max', `is ${max}; allowed: at least min, ${min}`);
    return;
  }
  const { edges, shares } = watch;
  const unordered = edges.findIndex((edge, i) => i > 0 && edge <= (edges[i - 1] ?? 0));
  if (unordered > 0) report(`edges.${unordered}`, 'edges must ascend');
  if (shares.length !== edges.length + 1) {
    report('shares', `${edges.length} edges make ${edges.length + 1} bins, and there are ${shares.length} shares`);
  }
  const sum = shares.reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > SHARES_SUM_WITHIN) report('shares', `sum to ${sum}; allowed: a sum of 1`);
}
