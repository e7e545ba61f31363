import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../../../subgraphs/monitoring/domain/quality/performance.ts';

describe('the figures of a window', () => {
  it('are those of the public definition', () => {
    const figures = figuresOf({ predictions: 5, labelled: 4 }, { scores: [0.9, 0.4, 0.4, 0.1], labels: [1, 1, 0, 0] });
    expect(figures).toMatchObject({ labelCoverage: 0.8, baseRate: 0.5, meanScore: 0.45, auc: 0.875 });
    expect(figures.brier).toBeCloseTo((0.01 + 0.36 + 0.16 + 0.01) / 4, 12);
  });

  it('are null where they do not exist, never 0', () => {
    expect(figuresOf({ predictions: 0, labelled: 0 }, { scores: [], labels: [] })).toMatchObject({
      labelCoverage: null,
      baseRate: null,
      auc: null,
      brier: null,
      logLoss: null,
    });
    expect(figuresOf({ predictions: 2, labelled: 2 }, { scores: [1, 2], labels: [1, 1] })).toMatchObject({
      auc: null,
      brier: null,
    });
  });
});
