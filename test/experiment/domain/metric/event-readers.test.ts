import { describe, expect, it } from 'vitest';
import {
  goneWarnings,
  keptFrom,
  readByHoldout,
  readByRevision,
} from '../../../../subgraphs/experiment/domain/metric/event-readers.ts';

const on = (day: number): Date => new Date(Date.UTC(2026, 2, day));
const metric = (event: string | null, perEvent: string | null = null): any => ({
  name: `by-${event}`,
  definition: { event, perEvent },
});
const reader = (event: string, day: number) => ({ event, since: on(day) });

describe('who reads pushed events', () => {
  it('is a revision: by its metrics since it began, by its covariate from the days before that', () => {
    const experiment = { primary: metric('order'), covariate: { event: 'visit', days: 7 } };
    const revision = { secondary: [metric('refund', 'sale'), metric(null)], guardrails: [metric('complaint')] };
    expect(readByRevision(experiment, revision, on(20))).toEqual([
      reader('order', 20),
      reader('refund', 20),
      reader('sale', 20),
      reader('complaint', 20),
      reader('visit', 13),
    ]);
    expect(readByRevision({ primary: null, covariate: null }, { secondary: [], guardrails: [] }, on(20))).toEqual([]);
  });

  it('is a holdout, by its metrics since it began', () => {
    const holdout: any = { metrics: [metric('order'), metric(null)], createdAt: on(5) };
    expect(readByHoldout(holdout)).toEqual([reader('order', 5)]);
  });

  it.each([
    ['nobody', [], 15],
    ['somebody of another name', [reader('visit', 1)], 15],
    ['somebody of late', [reader('order', 20)], 15],
    ['several, one of them from long ago', [reader('order', 20), reader('order', 3), reader('order', 9)], 3],
  ])('keeps events as long as they are read by %s', (_, readers, day) => {
    expect(keptFrom('order', on(15), readers)).toEqual(on(day));
  });

  it('is told which of its events are gone', () => {
    const readers = [reader('order', 10), reader('order', 4), reader('visit', 4)];
    expect(goneWarnings(readers, new Map())).toEqual([]);
    expect(
      goneWarnings(
        readers,
        new Map([
          ['order', on(4)],
          ['refund', on(9)],
        ]),
      ),
    ).toEqual([]);
    expect(goneWarnings(readers, new Map([['order', on(5)]]))).toEqual([
      'events "order" from before 2026-03-05T00:00:00.000Z are no longer kept: what units did before then counts as nothing',
    ]);
  });
});
