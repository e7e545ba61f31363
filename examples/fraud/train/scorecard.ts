import type { TreeNode } from '../../../core/onnx/write-tabular.ts';
import { COLUMNS } from '../decision/fields.ts';

type Column = (typeof COLUMNS.rules)[number];

/** Adds points where all of these columns are above their marks. */
interface Rule {
  readonly above: Readonly<Partial<Record<Column, number>>>;
  readonly points: number;
}

/** Log-odds of a payment that no rule speaks of. */
export const SCORECARD_BASE = -5.5;

/** What people who fight fraud know without any data, as points on the scale of log-odds. */
export const SCORECARD: readonly Rule[] = [
  { above: { card_payments__n_1h: 3.5 }, points: 2 },
  { above: { card_payments__n_1h: 6.5 }, points: 3 },
  { above: { device_payments__cards_24h: 3.5 }, points: 2.5 },
  { above: { device_payments__cards_24h: 6.5 }, points: 2.5 },
  { above: { payer_payments__devices_7d: 1.5, amount_to_usual: 0.6 }, points: 1 },
  { above: { away: 0.5, resold: 0.5 }, points: 1.5 },
  { above: { away: 0.5, resold: 0.5, amount_to_usual: 0.75 }, points: 2 },
  { above: { amount_to_usual: 0.9 }, points: 1 },
  { above: { merchant_risk: 0.03 }, points: 1 },
  { above: { merchant_risk: 0.08 }, points: 1 },
  { above: { night: 0.5, resold: 0.5 }, points: 0.7 },
  { above: { amount: 40_000 }, points: 0.7 },
];

const NOTHING: TreeNode = { value: 0 };

/** Each rule as a tree: down to its points where all marks are passed, else to nothing. */
export const scorecardTrees = (): readonly TreeNode[] =>
  SCORECARD.map(({ above, points }) =>
    Object.entries(above).reduceRight<TreeNode>(
      (no, [column, threshold]) => ({
        feature: COLUMNS.rules.indexOf(column as Column),
        threshold: Math.fround(threshold),
        yes: NOTHING,
        no,
      }),
      { value: points },
    ),
  );
