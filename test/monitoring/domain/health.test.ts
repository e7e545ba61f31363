import { describe, expect, it } from 'vitest';
import { healthOf, type HealthFacts } from '../../../subgraphs/monitoring/domain/health.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const figures = (auc: number | null, brier: number | null, labelled = 500): HealthFacts['recent'] => ({
  predictions: 1_000,
  labelled,
  labelCoverage: labelled / 1_000,
  used: labelled,
  baseRate: 0.1,
  meanScore: 0.1,
  auc,
  brier,
  logLoss: null,
});
const well: HealthFacts = {
  now: NOW,
  lastAnswer: NOW,
  answers: 1_000,
  fallbacks: 10,
  drift: { severity: 'NONE', moved: [] },
  recent: figures(0.9, 0.1),
  before: figures(0.9, 0.1),
  incidents: [],
};

describe('the health of a model version', () => {
  it.each([
    ['all is well', {}, 'HEALTHY', /answers/],
    ['a fallback answers now and then', { fallbacks: 60 }, 'DEGRADED', /6.0 % of them by a fallback/],
    ['a fallback answers often', { fallbacks: 251 }, 'UNHEALTHY', /25.1 %/],
    ['it has been silent for a day', { lastAnswer: new Date('2026-03-09T11:00:00Z') }, 'UNKNOWN', /last answered at/],
    ['inputs have moved a little', { drift: { severity: 'LOW', moved: ['a'] } }, 'HEALTHY', /./],
    [
      'drift alone is never unhealthy',
      { drift: { severity: 'HIGH', moved: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] } },
      'DEGRADED',
      /HIGH: a, b, c, d, e and 2 more/,
    ],
    ['too few answers to judge', { drift: { severity: 'UNKNOWN', moved: [] } }, 'UNKNOWN', /too few answers/],
    ['too few outcomes to judge', { recent: figures(0.9, 0.1, 99) }, 'UNKNOWN', /99 of its last seven days/],
    ['it ranks as well as nineteen in twenty', { recent: figures(0.855, 0.1) }, 'HEALTHY', /./],
    ['it ranks somewhat worse', { recent: figures(0.85, 0.1) }, 'DEGRADED', /AUC is 0.850, and was 0.900/],
    ['it ranks much worse', { recent: figures(0.7, 0.1) }, 'UNHEALTHY', /AUC/],
    ['its scores are off though it ranks better', { recent: figures(0.95, 0.13) }, 'UNHEALTHY', /Brier score is 0.130/],
    ['its scores are better', { recent: figures(0.9, 0.01) }, 'HEALTHY', /./],
    ['one class alone came', { recent: figures(null, null) }, 'UNKNOWN', /neither AUC/],
    ['a warning is open', { incidents: [{ severity: 'WARNING', text: 'slow' }] }, 'DEGRADED', /^slow$/],
    ['something critical is open', { incidents: [{ severity: 'CRITICAL', text: 'down' }] }, 'UNHEALTHY', /^down$/],
  ] as const)('%s', (_, facts, status, text) => {
    const health = healthOf({ ...well, ...(facts as Partial<HealthFacts>) });
    expect(health.status).toBe(status);
    expect(health.reasons[0]?.text).toMatch(text);
    expect(new Set(health.reasons.map(({ aspect }) => aspect)).size).toBe(4);
  });
});
