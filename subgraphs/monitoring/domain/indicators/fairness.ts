import type { Labels } from '../../../../core/promql/labels.ts';
import type { FairnessMeasure } from '../../../../core/statistics/fairness.ts';
import { fairnessFigures, type SegmentCounts } from '../quality/fairness.ts';
import { POSITIVE_FROM } from '../quality/performance.ts';
import { DAY_SECONDS } from './grid.ts';
import { boundedIndicators, boundedReadings, versionLabel, type Indicator, type Reading } from './indicator.ts';
import { labelOf, type ScoredRow } from './slices.ts';

const labels = ['endpoint', 'environment', 'window', 'attribute', 'decision', 'model_version', 'arm'];
const windows = [DAY_SECONDS];

const INDICATOR_OF: Readonly<Record<FairnessMeasure, string>> = {
  demographicParity: 'fairness_demographic_parity',
  equalOpportunity: 'fairness_equal_opportunity',
  predictiveParity: 'fairness_predictive_parity',
  fourFifths: 'fairness_four_fifths',
};
const HOW =
  'between the two values of a segment, the attribute, that lie farthest apart. A yes is the decision, without one a score of 0.5 or more.';

const DESCRIPTION: Readonly<Record<FairnessMeasure, string>> = {
  demographicParity: `Difference of the share of yes ${HOW}`,
  equalOpportunity: `Difference of the share of yes among positives ${HOW}`,
  predictiveParity: `Difference of the share of positives among yes ${HOW}`,
  fourFifths: `Lowest share of yes by the highest ${HOW}`,
};

export const FAIRNESS_INDICATORS: readonly Indicator[] = Object.entries(INDICATOR_OF).flatMap(([measure, name]) =>
  boundedIndicators({
    name,
    labels,
    windows,
    unit: 'share',
    description: DESCRIPTION[measure as FairnessMeasure],
  }),
);

/** Values of an attribute that are compared, and decisions that are looked at: the most common. */
const MOST_GROUPS = 100;
const MOST_DECISIONS = 10;

/** An answer as a slice sees it. */
interface Judged {
  readonly score: number | null;
  readonly row: ScoredRow;
}

type Slices = readonly (readonly [Labels, readonly Judged[]])[];

/** The whole deployment, each version by its own score, each arm. */
function slicesOf(project: string, rows: readonly ScoredRow[]): Slices {
  const [versions, arms] = [new Map<string, Judged[]>(), new Map<string, Judged[]>()];
  const add = (slices: Map<string, Judged[]>, key: string, judged: Judged): void => {
    const held = slices.get(key);
    if (held) held.push(judged);
    else slices.set(key, [judged]);
  };
  for (const row of rows) {
    for (const { version, score } of row.models) add(versions, versionLabel(project, [version]), { score, row });
    if (row.arm !== null) add(arms, row.arm, { score: row.score, row });
  }
  return [
    [{}, rows.map((row) => ({ score: row.score, row }))],
    ...[...versions].map(([version, judged]) => [{ model_version: version }, judged] as const),
    ...[...arms].map(([arm, judged]) => [{ arm }, judged] as const),
  ];
}

/** Whether groups were treated alike in a window, by segment and by what counts as a yes. */
export function fairnessReadings(project: string, base: Labels, rows: readonly ScoredRow[]): readonly Reading[] {
  const attributes = [...new Set(rows.flatMap(({ segments }) => Object.keys(segments ?? {})))].sort();
  if (attributes.length === 0) return [];
  const decisions = mostCommon(rows.flatMap(({ decision }) => decision ?? [])).slice(0, MOST_DECISIONS);
  const rules: readonly (readonly [Labels, (judged: Judged) => boolean | null])[] = [
    [{}, ({ score }) => (score === null ? null : score >= POSITIVE_FROM)],
    ...decisions.map(
      (decision) =>
        [{ decision }, ({ row }: Judged) => (row.decision === null ? null : row.decision === decision)] as const,
    ),
  ];
  return slicesOf(project, rows).flatMap(([slice, judged]) =>
    attributes.flatMap((attribute) =>
      rules.flatMap(([rule, yesOf]) =>
        fairnessFigures(countsOf(judged, attribute, yesOf)).measures.flatMap(({ measure, value, interval }) =>
          boundedReadings(INDICATOR_OF[measure], { ...base, attribute, ...rule, ...slice }, value, interval),
        ),
      ),
    ),
  );
}

function mostCommon(names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([name]) => name);
}

type Counted = { -readonly [Key in keyof SegmentCounts]: SegmentCounts[Key] } & {
  labelled: { rows: number; positives: number; selected: number; truePositives: number };
};

function countsOf(
  judged: readonly Judged[],
  attribute: string,
  yesOf: (judged: Judged) => boolean | null,
): readonly SegmentCounts[] {
  const groups = new Map<string, Counted>();
  for (const one of judged) {
    const group = one.row.segments?.[attribute];
    const yes = yesOf(one);
    if (group === undefined || yes === null) continue;
    const counted = groups.get(group) ?? emptyCounts(group);
    groups.set(group, counted);
    counted.answers++;
    if (yes) counted.selected++;
    if (one.row.value === null) continue;
    const label = labelOf(one.row.value);
    counted.labelled.rows++;
    counted.labelled.positives += label;
    if (yes) counted.labelled.selected++;
    if (yes) counted.labelled.truePositives += label;
  }
  return [...groups.values()]
    .toSorted((a, b) => b.answers - a.answers || (a.group < b.group ? -1 : 1))
    .slice(0, MOST_GROUPS);
}

const emptyCounts = (group: string): Counted => ({
  group,
  answers: 0,
  selected: 0,
  labelled: { rows: 0, positives: 0, selected: 0, truePositives: 0 },
});
