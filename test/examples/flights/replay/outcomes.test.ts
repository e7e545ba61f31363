import { array, assert, boolean, nat, property, record, uuid } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueBefore, outcomeOf } from '../../../../examples/flights/replay/outcomes.ts';
import { outcomeIdOf } from '../../../../examples/shared/outcome-id.ts';
import { isAsked } from '../../../../examples/flights/replay/sampled.ts';
import { OutcomeRecord } from '../../../../schema/telemetry.ts';

const predictionId = uuid({ version: 7 });
const openOutcome = record({ predictionId, knownMs: nat(1_000), late: boolean() });

describe('outcomes', () => {
  it('have an id that is made of the prediction’s, and that the contract takes', () =>
    assert(
      property(openOutcome, (open) => {
        expect(OutcomeRecord.parse(outcomeOf(open))).toEqual({
          id: outcomeIdOf(open.predictionId),
          predictionId: open.predictionId,
          value: Number(open.late),
          occurredAt: new Date(open.knownMs).toISOString(),
        });
      }),
    ));

  it('have different ids for different predictions', () =>
    assert(
      property(predictionId, predictionId, (a, b) => {
        expect(outcomeIdOf(a) === outcomeIdOf(b)).toBe(a === b);
      }),
    ));

  it('are told when they are known, each once, in that order', () =>
    assert(
      property(array(openOutcome), nat(1_000), (open, ms) => {
        const { due, left } = dueBefore(open, ms);
        expect(due.every(({ knownMs }) => knownMs < ms) && left.every(({ knownMs }) => knownMs >= ms)).toBe(true);
        expect(due.length + left.length).toBe(open.length);
        expect(due.map(({ knownMs }) => knownMs)).toEqual(due.map(({ knownMs }) => knownMs).toSorted((a, b) => a - b));
      }),
    ));
});

describe('the flights that ask', () => {
  const flights = Array.from({ length: 20_000 }, (_, flight) => ({ flight }));
  const askedAt = (share: number): number[] =>
    flights.filter((flight) => isAsked(flight, share)).map(({ flight }) => flight);

  it.each([0.02, 0.1, 0.5, 1])('are about the share that was asked for: %f', (share) =>
    expect(Math.abs(askedAt(share).length / flights.length - share)).toBeLessThan(0.01),
  );

  it('are among those of a larger share, and the same each time', () => {
    const large = new Set(askedAt(0.5));
    expect(askedAt(0.1).filter((flight) => !large.has(flight))).toEqual([]);
    expect(askedAt(0.1)).toEqual(askedAt(0.1));
  });
});
