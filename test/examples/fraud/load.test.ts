import { describe, expect, it } from 'vitest';
import { everyArrival } from '../../../examples/fraud/load/arrivals.ts';
import { stagesOf } from '../../../examples/fraud/load/asker.ts';
import { Findings } from '../../../examples/fraud/load/findings.ts';
import { loadOptions } from '../../../examples/fraud/load/options.ts';
import { LATENCIES, Samples } from '../../../examples/fraud/load/percentiles.ts';
import { transactions } from '../../../examples/fraud/generator/stream.ts';

/** A clock that moves by what is slept, and by what an arrival takes. */
function clockOf(startMs: number) {
  let ms = startMs;
  return {
    nowMs: () => ms,
    sleep: async (slept: number) => {
      ms += slept;
    },
    pass: (taken: number) => {
      ms += taken;
    },
  };
}

describe('arrivals', () => {
  it('come when they are due', async () => {
    const clock = clockOf(1_000);
    const seen: [number, number][] = [];
    await everyArrival(
      { beginMs: 1_100, perSecond: 250, count: 5 },
      (place) => seen.push([place, clock.nowMs()]),
      clock,
    );
    expect(seen).toEqual([
      [0, 1_100],
      [1, 1_104],
      [2, 1_108],
      [3, 1_112],
      [4, 1_116],
    ]);
  });

  it('are due when they were, whatever held the asker up: nothing slow is left out', async () => {
    const clock = clockOf(0);
    const late: number[] = [];
    await everyArrival(
      { beginMs: 0, perSecond: 100, count: 10 },
      (place, scheduledMs) => {
        late.push(clock.nowMs() - scheduledMs);
        if (place === 2) clock.pass(45);
      },
      clock,
    );
    expect(late).toEqual([0, 0, 0, 35, 25, 15, 5, 0, 0, 0]);
  });
});

describe('percentiles', () => {
  it('are values that occurred', () => {
    const samples = new Samples(1_000);
    for (let i = 1_000; i >= 1; i--) samples.add(i);
    expect(samples.percentiles(LATENCIES)).toEqual({ p50: 500, p99: 990, 'p99.9': 999 });
  });

  it('are not there where nothing was measured', () => {
    expect(new Samples(10).percentiles({ p50: 0.5 }).p50).toBeNaN();
  });

  it('take no more than they have room for', () => {
    const samples = new Samples(2);
    for (const value of [1, 2, 3]) samples.add(value);
    expect(samples.count).toBe(2);
  });
});

it('reads the stages of server-timing', () => {
  expect(stagesOf('parse;dur=0.1, features;dur=2.25,total;dur=3')).toEqual({ parse: 0.1, features: 2.25, total: 3 });
  expect(stagesOf('')).toEqual({});
});

describe('findings', () => {
  const payment = transactions({ seed: 1, fromMs: 0, users: 9, merchants: 9, newcomers: 0, prefix: 't' }).next().value;
  const answer = { status: 200, id: 'x', decision: 'DECLINE', overrun: false, stages: { total: 2 } };

  it('count a decision of a fallback apart from those of models', () => {
    const findings = new Findings(10);
    findings.add(payment, answer, 5);
    findings.add(payment, { ...answer, fallback: 'ENGINE_ERROR' }, 6);
    expect(findings.answered).toBe(2);
    expect([...findings.decisions]).toEqual([['DECLINE', 2]]);
    expect([...findings.fallbacks]).toEqual([['ENGINE_ERROR', 1]]);
    expect(findings.patterns.get('PLAIN')).toEqual({ asked: 2, declined: 1, reviewed: 0 });
  });

  it('count what was refused, and what nobody answered', () => {
    const findings = new Findings(10);
    findings.add(payment, { status: 503, stages: {} }, 5);
    findings.addFailure(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    expect(findings.answered).toBe(0);
    expect([...findings.refusals]).toEqual([
      ['503', 1],
      ['ECONNRESET', 1],
    ]);
  });
});

describe('options of a load', () => {
  it('have defaults', () => expect(loadOptions({})).toEqual({ perSecond: 500, seconds: 60, connections: 64 }));

  it.each([
    [{ rate: '0' }, '--rate: must be a whole number from 1 to 20000, not "0"'],
    [{ seconds: '1.5' }, '--seconds: must be a whole number from 1 to 86400, not "1.5"'],
    [{ connections: 'many' }, '--connections: must be a whole number from 1 to 1000, not "many"'],
  ])('refuse %j', (given, message) => expect(() => loadOptions(given)).toThrow(message));
});
