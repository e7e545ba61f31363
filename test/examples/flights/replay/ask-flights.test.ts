import { describe, expect, it } from 'vitest';
import { askFlights, type AskTools } from '../../../../examples/flights/replay/ask-flights.ts';
import type { Flight } from '../../../../examples/flights/replay/days.ts';
import type { EdgeAnswer } from '../../../../examples/flights/replay/servers.ts';
import { ClientError } from '../../../../client/client-error.ts';

const flights = Array.from({ length: 100 }, (_, i) => ({ flight: i, departureMs: i * 1_000 }) as Flight);
const answer = (more: Partial<EdgeAnswer> = {}): EdgeAnswer => ({
  predictionId: 'p',
  withoutFeatures: false,
  timings: {},
  ...more,
});
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const run = async (tools: Partial<AskTools>) => {
  const answered: number[] = [];
  const inDoubt = await askFlights(flights, {
    concurrency: 8,
    due: () => Promise.resolve(),
    predict: () => Promise.resolve(answer()),
    untilBack: () => Promise.resolve(),
    onAnswer: ({ flight }) => answered.push(flight),
    ...tools,
  });
  return { answered, inDoubt: inDoubt.map(({ flight }) => flight) };
};

describe('asking for the flights of an hour', () => {
  it('begins in the order of departure, with no more under way than allowed', async () => {
    const begun: number[] = [];
    let most = 0;
    let underWay = 0;
    const predict = async ({ flight }: Flight): Promise<EdgeAnswer> => {
      begun.push(flight);
      most = Math.max(most, ++underWay);
      for (let i = 0; i <= flight % 3; i++) await turn();
      underWay--;
      return answer();
    };
    const { answered } = await run({ predict });
    expect(begun).toEqual(flights.map(({ flight }) => flight));
    expect(answered.toSorted((a, b) => a - b)).toEqual(begun);
    expect(most).toBe(8);
  });

  it('asks for none before its time', async () => {
    let clockMs = 0;
    const early: number[] = [];
    await run({
      due: async ({ departureMs }) => {
        await turn();
        clockMs = Math.max(clockMs, departureMs);
      },
      predict: async ({ flight, departureMs }) => {
        if (departureMs > clockMs) early.push(flight);
        return answer();
      },
    });
    expect(early).toEqual([]);
  });

  it('asks again what was surely not answered, and gives back what may have been', async () => {
    const tries = new Map<number, number>();
    const predict = async ({ flight }: Flight): Promise<EdgeAnswer> => {
      tries.set(flight, (tries.get(flight) ?? 0) + 1);
      await turn();
      if (flight % 10 === 3 && tries.get(flight) === 1)
        throw new ClientError('refused', { code: 'UNAVAILABLE', inDoubt: false });
      if (flight % 10 === 7) throw new ClientError('cut off', { code: 'UNAVAILABLE', inDoubt: true });
      return answer();
    };
    const { answered, inDoubt } = await run({ predict });
    const cutOff = flights.map(({ flight }) => flight).filter((flight) => flight % 10 === 7);
    expect(inDoubt.toSorted((a, b) => a - b)).toEqual(cutOff);
    expect(new Set(answered).size).toBe(answered.length);
    expect(answered).toHaveLength(flights.length - cutOff.length);
    expect([...tries].filter(([, times]) => times > 1).every(([flight]) => flight % 10 === 3)).toBe(true);
  });

  it('asks nobody else while a server is away', async () => {
    let away = false;
    const askedWhileAway: number[] = [];
    const predict = async ({ flight }: Flight): Promise<EdgeAnswer> => {
      if (away) askedWhileAway.push(flight);
      await turn();
      if (flight !== 40) return answer();
      away = true;
      return answer({ withoutFeatures: true });
    };
    const untilBack = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) await turn();
      away = false;
    };
    const { answered } = await run({ predict, untilBack });
    // Those that had begun by then, one for each of the others, end as they may.
    expect(askedWhileAway.length).toBeLessThan(8);
    expect(answered).toHaveLength(flights.length);
  });

  it('ends with the first error that is none of an absent server', async () => {
    let asked = 0;
    const predict = async ({ flight }: Flight): Promise<EdgeAnswer> => {
      asked++;
      await turn();
      if (flight === 5) throw new Error('no such endpoint');
      return answer();
    };
    await expect(run({ predict })).rejects.toThrow('no such endpoint');
    await turn();
    expect(asked).toBeLessThan(flights.length / 2);
  });
});
