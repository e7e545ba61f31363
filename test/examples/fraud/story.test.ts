import { describe, expect, it } from 'vitest';
import { explanationText } from '../../../examples/fraud/explain.ts';
import { ExpiringCounter } from '../../../examples/fraud/story/counter.ts';
import { bruteForce, Tally, tailToHop, WINDOWS } from '../../../examples/fraud/story/tally.ts';

const [HOUR] = WINDOWS;
const MINUTE_MS = 60_000;

describe('a counter with INCR and EXPIRE', () => {
  it('counts from the last pause on, not the last hour', () => {
    const counter = new ExpiringCounter(60 * MINUTE_MS);
    for (const minutes of [0, 50, 100, 150]) counter.add(minutes * MINUTE_MS, 10);
    expect(counter.at(151 * MINUTE_MS)).toEqual({ count: 4, sum: 40 });
    expect(counter.at(209 * MINUTE_MS)).toEqual({ count: 4, sum: 40 });
    expect(counter.at(210 * MINUTE_MS)).toEqual({ count: 0, sum: 0 });
  });

  it('begins anew after a pause of its length', () => {
    const counter = new ExpiringCounter(1_000);
    counter.add(0, 5);
    counter.add(1_000, 7);
    expect(counter.at(1_000)).toEqual({ count: 1, sum: 7 });
  });
});

describe('brute force over events', () => {
  const events = [0, 2, 4.5].map((minutes) => ({ ms: minutes * MINUTE_MS, amount: 100 }));

  it('counts the tail and not the head', () => {
    expect(bruteForce(events, 0, 2 * MINUTE_MS)).toEqual({ count: 1, sum: 100 });
    expect(bruteForce(events, 1, 5 * MINUTE_MS)).toEqual({ count: 2, sum: 200 });
  });

  it('begins a window on a hop, at most one hop early', () => {
    expect(tailToHop(64 * MINUTE_MS, HOUR)).toBe(0);
    expect(tailToHop(65 * MINUTE_MS, HOUR)).toBe(5 * MINUTE_MS);
  });
});

it('counts what a window says wrong, and how far it is off the exact one by the seconds that a moment stands for', () => {
  const tally = new Tally(HOUR, [{ ms: 0, amount: 100 }]);
  tally.look({ ms: 30 * MINUTE_MS, seconds: 60 }, 1, 100);
  tally.look({ ms: 62 * MINUTE_MS, seconds: 30 }, 1, 100); // the tail lies on a hop, and counts it still
  tally.look({ ms: 70 * MINUTE_MS, seconds: 1 }, 1, 100);
  tally.look({ ms: 70 * MINUTE_MS, seconds: 1 }, null, 0);
  expect(tally.found()).toEqual({ moments: 4, wrong: 2 });
  expect(tally.findings().error).toEqual({ hops: 31 / 60, counter: 0 });
});

it('says in words and tables why a payment was decided so', () => {
  const value = {
    name: 'device_payments__cards_24h',
    number: 9,
    text: null,
    boolean: null,
    status: 'PRESENT',
    ageMs: 0,
  };
  const text = explanationText({
    prediction: {
      occurredAt: '2026-03-04T10:00:00.000Z',
      score: 0.68812,
      decision: 'DECLINE',
      confidence: 0.95,
      reason: 'ten cards on one device within a day',
      fallback: null,
      inputs: [{ ...value, name: 'amount', number: 250 }],
      rules: [{ name: 'ring', outcome: 'DECIDED', action: 'DECLINE', reason: 'ten cards' }],
      timings: [{ stage: 'total', ms: 4.21 }],
      outcome: { value: 1 },
    },
    release: { number: 1 },
    assignment: { layer: 'DEFAULT', arm: null },
    models: [{ name: 'trees', score: 0.9, weight: 0.4, engine: 'ort', modelVersion: { id: 'fraud-trees@1' } }],
    combination: 'WEIGHTED_MEAN',
    features: [{ value, feature: { id: 'device_payments@1/cards_24h' } }],
    absent: [{ part: 'inputs.txn_id', why: 'NOT_LOGGED', detail: 'the recipe keeps it out' }],
  });
  for (const part of [
    'DECLINE (0.95): ten cards on one device within a day',
    'score 0.6881',
    'in 4.2 ms',
    'amount 250',
    'reported as a fraud',
    '| ring ',
    '| trees ',
    'device_payments@1/cards_24h',
    'inputs.txn_id: NOT_LOGGED',
  ])
    expect(text).toContain(part);
});
