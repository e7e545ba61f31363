import { describe, expect, it } from 'vitest';
import { ClientError } from '../../../../client/client-error.ts';
import { Pace } from '../../../../examples/flights/replay/pace.ts';
import { Patience } from '../../../../examples/flights/replay/patience.ts';
import { ReplayProgress } from '../../../../examples/flights/replay/replay-progress.ts';
import { Stages } from '../../../../examples/flights/replay/stages.ts';

const START = Date.parse('2001-02-12T00:00:00Z');
const HOUR = 3_600_000;

const clockOf = () => {
  const slept: number[] = [];
  const clock = {
    ms: 0,
    slept,
    nowMs: () => clock.ms,
    sleep: async (ms: number) => {
      slept.push(ms);
      clock.ms += ms;
    },
  };
  return clock;
};

describe('the pace', () => {
  it('holds back to so many times the speed of the data', async () => {
    const clock = clockOf();
    const pace = new Pace(3_600, START, clock);
    for (const hours of [0, 1, 1, 3]) await pace.until(START + hours * HOUR);
    expect(clock.slept).toEqual([1_000, 2_000]);
  });

  it('never waits at the greatest speed', async () => {
    const clock = clockOf();
    await new Pace('max', START, clock).until(START + 1_000 * HOUR);
    expect(clock.slept).toEqual([]);
  });

  it('makes up for a little lateness, and goes on from there after an outage', async () => {
    const clock = clockOf();
    const pace = new Pace(3_600, START, clock);
    clock.ms = 3_000;
    await pace.until(START + HOUR);
    await pace.until(START + 5 * HOUR);
    expect(clock.slept).toEqual([2_000]);
    clock.ms += 60_000;
    await pace.until(START + 6 * HOUR);
    await pace.until(START + 7 * HOUR);
    expect(clock.slept).toEqual([2_000, 1_000]);
  });
});

const waitFor = async (failures: number, mostMs = 600_000) => {
  const clock = clockOf();
  const said: string[] = [];
  const patience = new Patience({ say: (line) => said.push(line), mostMs, sleep: clock.sleep, nowMs: clock.nowMs });
  let left = failures;
  const result = patience.with(async () => {
    if (left-- > 0) throw new ClientError('the edge is away', { code: 'UNAVAILABLE', inDoubt: true });
    return 'done';
  });
  return { result: await result.catch((error: unknown) => error), said, clock };
};

describe('patience', () => {
  it('does again what found a server away, ever more slowly, and tells of it once', async () => {
    const { result, said, clock } = await waitFor(10);
    expect(result).toBe('done');
    expect(clock.slept).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000, 2_000, 2_000]);
    expect(said).toEqual([expect.stringMatching(/^the edge is away; waiting .*npm start/), 'it is back: going on']);
  });

  it('says nothing of a short absence', async () => expect((await waitFor(3)).said).toEqual([]));

  it('has an end', async () => expect((await waitFor(Infinity, 30_000)).result).toBeInstanceOf(ClientError));

  it('is not for what else goes wrong', async () => {
    const patience = new Patience({ say: () => {} });
    await expect(patience.with(() => Promise.reject(new Error('no such view')))).rejects.toThrow('no such view');
  });
});

const lineAfter = (speed: number | 'max', asked: number, seconds: number): string => {
  let now = 0;
  const stretch = { fromMs: START, toMs: START + 24 * HOUR, flights: 16_000, speed };
  const progress = new ReplayProgress(stretch, { write: () => {} }, () => now);
  for (let i = 0; i < asked; i++) progress.advance(START);
  now = seconds * 1_000;
  return progress.line(START + 6 * HOUR);
};

describe('the progress of a replay', () => {
  it('tells the hour of the data, the rate and the time left', () =>
    expect(lineAfter('max', 4_000, 10)).toBe('2001-02-12 06:00  4,000 of about 16,000 flights, 400/s, 30 s left'));

  it('goes by the clock of the data when that is held back', () =>
    expect(lineAfter(3_600, 4_000, 10)).toBe('2001-02-12 06:00  4,000 of about 16,000 flights, 400/s, 18 s left'));

  it('promises nothing before the first answer', () =>
    expect(lineAfter('max', 0, 1)).toBe('2001-02-12 06:00  0 of about 16,000 flights, 0.0/s'));
});

describe('the stages', () => {
  it('tell where the time went, the longest first, failures included', async () => {
    let now = 0;
    const stages = new Stages(() => now);
    const take = (stage: string, ms: number, fails = false): Promise<unknown> =>
      stages
        .time(stage, async () => {
          now += ms;
          if (fails) throw new Error('no');
        })
        .catch(() => undefined);
    await take('publish', 1_000);
    await take('predict', 2_000);
    await take('predict', 1_000, true);
    expect(stages.summary()).toBe('predict 3.0 s (75 %), publish 1.0 s (25 %)');
  });
});
