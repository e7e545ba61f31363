import type { AlertRule } from '../../../subgraphs/monitoring/domain/alert-rule.ts';

/** A rule that is hit above 75, at once. */
export const rule: AlertRule = {
  project: 'default',
  name: 'late',
  description: '',
  deployment: 'tiffin:default:deployment:eta@production',
  signal: 'BRIER',
  feature: null,
  featureView: null,
  comparison: '>',
  threshold: 75,
  windowSeconds: 60,
  delaySeconds: 0,
  forSeconds: 0,
  keepFiringForSeconds: 0,
  evaluationIntervalSeconds: 60,
  minRows: 1,
  baseline: null,
  severity: 'WARNING',
  noDataState: 'OK',
  evaluation: 'ON_DEMAND',
  revision: 1,
  createdAt: new Date('2026-03-10T12:00:00.000Z'),
  createdBy: 'user:x',
};
