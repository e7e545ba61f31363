import { table } from '../../shared/report/markdown-table.ts';
import { FRAUDS } from '../generator/transaction.ts';
import type { Judged, QualityFigures } from './quality.ts';

const figure = (value: number | null | undefined, digits = 3): string =>
  value === null || value === undefined ? '–' : value.toFixed(digits);
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** What was planted in the week that models are judged on. */
export const renderCounts = ({ rows, reported, counts }: QualityFigures): string =>
  `${table(
    ['planted', 'fraud', 'payments', 'of all'],
    [...counts].map(([pattern, payments]) => [
      pattern,
      FRAUDS.has(pattern) ? 'yes' : 'no',
      payments.toLocaleString('en'),
      percent(payments / rows),
    ]),
  )}\n\n${rows.toLocaleString('en')} payments in that week, ${reported.toLocaleString('en')} of them reported: ${percent(reported / rows)}.`;

const row = ({ name, auc, averagePrecision, brier, byPattern }: Judged): string[] => [
  name,
  figure(auc),
  figure(averagePrecision),
  figure(brier, 5),
  ...[...byPattern.values()].map((value) => figure(value)),
];

export const renderModels = ({ models }: QualityFigures): string =>
  table(
    ['model', 'AUC', 'average precision', 'Brier', ...[...FRAUDS].map((pattern) => `AUC ${pattern}`)],
    models.map(row),
  );

export const renderColumns = ({ columns }: QualityFigures): string =>
  table(
    ['column alone', 'AUC', ...[...FRAUDS].map((pattern) => `AUC ${pattern}`)],
    columns.map(({ name, auc, byPattern }) => [
      name,
      figure(auc),
      ...[...byPattern.values()].map((value) => figure(value)),
    ]),
  );

export const renderCalibration = ({ calibration }: QualityFigures): string =>
  table(
    ['score', 'payments', 'mean score', 'reported'],
    calibration.map(({ bin, rows, meanForecast, observedRate }) => [
      `${(bin / 10).toFixed(1)}–${((bin + 1) / 10).toFixed(1)}`,
      rows.toLocaleString('en'),
      figure(meanForecast, 4),
      figure(observedRate, 4),
    ]),
  );
