import { expect, it } from 'vitest';
import { runningCost } from '../../../../subgraphs/monitoring/domain/cost/cost.ts';

const HOUR_MS = 3_600_000;
const FROM = Date.parse('2001-01-22T00:00:00Z');
const at = (hour: number): Date => new Date(FROM + hour * HOUR_MS);

it('sums of prices carry no noise of the arithmetic', () => {
  const prices = {
    nodes: [{ name: 'c7g.large', count: 3, perHour: 6.1 }],
    perThousandAnswers: 0.4,
    decisions: [],
  };
  const hours = Array.from({ length: 336 }, (_, hour) => ({ start: at(hour), answers: 13 + (hour % 2) }));
  // Three machines of 6.1 for 336 hours, and 336 × 13.5 answers of .0004.
  expect(runningCost([{ from: at(0), to: at(336), prices } as never], hours)).toMatchObject({
    answers: 4_536,
    nodes: 6_148.8,
    answering: 1.8144,
    total: 6_150.6144,
  });
});
