import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { demandAt, indianTime } from '../../../examples/fraud/generator/calendar.ts';
import { MOST_LABEL_DAYS } from '../../../examples/fraud/generator/labels.ts';
import { STATES } from '../../../examples/fraud/generator/places.ts';
import { transactions, until, type StreamOptions } from '../../../examples/fraud/generator/stream.ts';
import { PATTERNS, type Transaction } from '../../../examples/fraud/generator/transaction.ts';

const DAY_MS = 86_400_000;
const FROM = Date.UTC(2026, 1, 1);
const OPTIONS: StreamOptions = {
  seed: 7,
  fromMs: FROM,
  users: 2_000,
  merchants: 400,
  newcomers: 0.08,
  prefix: 't',
};

const days = (count: number, more: Partial<StreamOptions> = {}): Transaction[] => [
  ...until(transactions({ ...OPTIONS, ...more }), FROM + count * DAY_MS),
];
const digestOf = (rows: readonly Transaction[]): string =>
  createHash('sha256').update(JSON.stringify(rows)).digest('hex');

/** Two months: enough of each pattern. */
const all = days(60);
const of = (pattern: string): Transaction[] => all.filter((one) => one.pattern === pattern);

const groupsOf = (rows: readonly Transaction[], key: keyof Transaction): Transaction[][] => [
  ...Map.groupBy(rows, (row) => row[key]).values(),
];

describe('the generator', () => {
  it('makes the same bytes from the same seed, and others from another one', () => {
    expect(digestOf(days(3))).toBe(digestOf(days(3)));
    expect(digestOf(days(3, { seed: 8 }))).not.toBe(digestOf(days(3)));
  });

  it('streams in the order of time, each payment once', () => {
    expect(all.every(({ ms }, i) => i === 0 || ms >= (all[i - 1]?.ms ?? 0))).toBe(true);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  it('keeps the base rate: between one per cent and two are frauds', () => {
    const rate = all.filter(({ fraud }) => fraud).length / all.length;
    expect(rate).toBeGreaterThan(0.01);
    expect(rate).toBeLessThan(0.02);
  });

  it('plants every pattern', () => {
    for (const pattern of PATTERNS) expect(of(pattern).length, pattern).toBeGreaterThan(20);
    expect(all.every(({ fraud, pattern }) => fraud === ['RING', 'BURST', 'TAKEOVER', 'QUIET'].includes(pattern))).toBe(
      true,
    );
  });

  it('plants rings: five to fourteen cards on one device that nobody else has', () => {
    const rings = groupsOf(of('RING'), 'device');
    const whole = rings.filter((ring) => ring[0]!.ms < FROM + 55 * DAY_MS);
    expect(whole.length).toBeGreaterThan(3);
    for (const ring of whole) {
      const cards = new Set(ring.map(({ card }) => card)).size;
      expect(cards).toBeGreaterThanOrEqual(4);
      expect(cards).toBeLessThanOrEqual(14);
      expect(all.filter(({ device }) => device === ring[0]!.device)).toHaveLength(ring.length);
    }
  });

  it('plants bursts: many small payments of one card within minutes, and a large one', () => {
    for (const burst of groupsOf(of('BURST'), 'card')) {
      if (burst.length > 13) continue; // two bursts of one card
      const amounts = burst.map(({ amount }) => amount).toSorted((a, b) => a - b);
      expect(burst.length).toBeGreaterThanOrEqual(1);
      expect(burst.at(-1)!.ms - burst[0]!.ms).toBeLessThan(2 * 3_600_000);
      if (burst.length >= 5) expect(amounts.at(-1)! / amounts[Math.floor(amounts.length / 2)]!).toBeGreaterThan(3);
    }
  });

  it('plants take-overs: of people with a history, mostly from a device that they do not have', () => {
    const known = new Set(of('PLAIN').map(({ device }) => device));
    const takeOvers = of('TAKEOVER');
    const foreign = takeOvers.filter(({ device }) => !known.has(device)).length / takeOvers.length;
    expect(foreign).toBeGreaterThan(0.5);
    expect(foreign).toBeLessThan(0.95);
    expect(takeOvers.every(({ user }) => Number(user.slice(1)) < OPTIONS.users)).toBe(true);
  });

  it('lets honest people shop in bursts too', () => {
    expect(of('SHOPPING').length).toBeGreaterThan(of('BURST').length);
    expect(of('SHOPPING').some(({ fraud }) => fraud)).toBe(false);
  });

  it('labels late: reports after days, silence after a week', () => {
    for (const { ms, labelMs, reported } of all) {
      expect(labelMs).toBeGreaterThan(ms);
      expect(labelMs - ms).toBeLessThanOrEqual(MOST_LABEL_DAYS * DAY_MS);
      if (!reported) expect(labelMs - ms).toBe(MOST_LABEL_DAYS * DAY_MS);
    }
    const frauds = all.filter(({ fraud }) => fraud);
    const reported = frauds.filter((one) => one.reported).length / frauds.length;
    expect(reported).toBeGreaterThan(0.9);
    expect(reported).toBeLessThan(1);
    const disputed = all.filter((one) => !one.fraud && one.reported).length / all.length;
    expect(disputed).toBeGreaterThan(0);
    expect(disputed).toBeLessThan(0.002);
  });

  it('has 28 states in 11 languages', () => {
    expect(new Set(STATES.map(({ name }) => name)).size).toBe(28);
    expect(new Set(STATES.map(({ language }) => language)).size).toBe(11);
    expect(new Set(all.map(({ state }) => state)).size).toBeGreaterThan(24);
  });

  it('streams at any rate', () => {
    const seconds = 216;
    const fast = days(seconds / 86_400, { perSecond: 500, haste: 60 });
    expect(fast.length / (seconds * 500)).toBeGreaterThan(0.97);
    expect(fast.length / (seconds * 500)).toBeLessThan(1.1);
  });
});

describe('the calendar', () => {
  it('counts hours and days as India does', () => {
    expect(indianTime(Date.parse('2026-03-04T19:00:00Z'))).toEqual({
      hour: 0,
      weekday: 4,
      season: 'summer',
      festival: 'holi',
    });
    expect(indianTime(Date.parse('2026-07-10T06:00:00Z'))).toMatchObject({ season: 'monsoon', festival: null });
    expect(indianTime(Date.parse('2026-11-05T12:00:00Z')).festival).toBe('diwali');
    expect(indianTime(Date.parse('2031-01-14T12:00:00Z')).festival).toBe('pongal');
  });

  it('asks for more in the evening, on weekends and at festivals', () => {
    const at = (text: string): number => demandAt(Date.parse(text));
    expect(at('2026-06-10T14:00:00Z')).toBeGreaterThan(at('2026-06-09T21:00:00Z') * 5);
    expect(at('2026-06-13T14:00:00Z')).toBeGreaterThan(at('2026-06-10T14:00:00Z'));
    expect(at('2026-11-06T14:00:00Z')).toBeGreaterThan(at('2026-11-20T14:00:00Z'));
  });
});
