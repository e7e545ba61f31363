import { describe, expect, it } from 'vitest';
import { DEPLOYMENT, prediction, startTestMonitoring } from '../support/monitoring.ts';
import {
  alertsOf,
  DAY_MS,
  done,
  evaluate,
  HOUR_MS,
  hoursBetween,
  importRules,
  random,
  sendAll,
  spread,
} from '../support/season.ts';

const ANSWERS_AN_HOUR = 300;
const ANSWERS_A_DAY = 600;

describe('a festive season in a shop', () => {
  const ONSET = Date.parse('2026-10-30T06:20:00Z');
  /** So long it grows until all visits are those of the season. */
  const GROWS_MS = 6 * HOUR_MS;
  const CATEGORIES = ['grocery', 'fashion', 'electronics', 'gifts', 'sweets'];
  const USUAL = [0.3, 0.25, 0.2, 0.15, 0.1];
  const FESTIVE = [0.2, 0.21, 0.2, 0.2, 0.19];
  const { next, normal } = random(30);
  let numbered = 0;

  function category(shares: readonly number[]): string {
    let left = next();
    return CATEGORIES[shares.findIndex((share) => (left -= share) < 0)] ?? CATEGORIES[0]!;
  }

  const present = (value: number | string) => ({ value, status: 'PRESENT', ageMs: 5 });
  /** Longer sessions, dearer baskets (an average of 1,834 for 1,247), other categories; the rest is as ever. */
  const visit = (at: number) => {
    const festive = next() < (at - ONSET) / GROWS_MS;
    const basket = Math.exp(normal() + (festive ? Math.log(1834 / 1247) : 0) + Math.log(1247) - 0.5);
    return prediction(++numbered, {
      occurredAt: new Date(at).toISOString(),
      score: next(),
      inputs: null,
      features: {
        visit__session_minutes: present(8 * Math.exp(0.5 * normal() + (festive ? 0.3 : 0))),
        visit__category: present(category(festive ? FESTIVE : USUAL)),
        visit__price: present(basket),
        visit__age_of_account: present(-400 * Math.log(1 - next())),
        visit__returning: present(Number(next() < 0.6)),
      },
    });
  };

  it('is called as covariate shift within 4 hours, by the features that changed and no other', async () => {
    const monitoring = await startTestMonitoring();
    const day = Math.floor(ONSET / DAY_MS) * DAY_MS;
    monitoring.clock.now = new Date(day);
    await importRules(monitoring, 'INDICATORS');
    await sendAll(monitoring, 'predictions', spread(day - 7 * DAY_MS, 7 * DAY_MS, 7 * ANSWERS_A_DAY).map(visit));
    for (let hour = day; hour < day + 15 * HOUR_MS; hour += HOUR_MS) {
      await sendAll(monitoring, 'predictions', spread(hour, HOUR_MS, ANSWERS_AN_HOUR).map(visit));
      await evaluate(monitoring, hour + HOUR_MS);
      if (hour + HOUR_MS <= ONSET) expect(await alertsOf(monitoring)).toEqual([]);
    }
    const drifted = (await alertsOf(monitoring)).filter(({ name }) => name === 'FeatureDrifted');
    const features = new Set(drifted.map(({ feature }) => feature));
    expect(features).toEqual(new Set(['visit__category', 'visit__price', 'visit__session_minutes']));
    const first = drifted.map(({ firedAt }) => hoursBetween(ONSET, firedAt)).toSorted((a, b) => a - b)[0]!;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(4);
    expect(new Set(drifted.map(({ incident }) => incident?.cause))).toEqual(new Set(['COVARIATE_SHIFT']));

    const REPORT = `query ($input: DriftReportInput!) { driftReport(input: $input) {
      features { name psi ksD jensenShannon severity } } }`;
    const window = (from: number, to: number) => ({
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    });
    const { driftReport } = await done(monitoring, REPORT, {
      input: {
        deployment: DEPLOYMENT,
        reference: window(day - 7 * DAY_MS, day),
        current: window(ONSET + GROWS_MS, day + 15 * HOUR_MS),
      },
    });
    const of = (name: string) => driftReport.features.find((feature: any) => feature.name === `visit__${name}`);
    expect(Math.abs(of('category').jensenShannon - 0.12)).toBeLessThan(0.03);
    expect(Math.abs(of('price').psi - 0.15)).toBeLessThan(0.03);
    expect(of('session_minutes').ksD).toBeGreaterThan(0.15);
    expect([of('age_of_account').severity, of('returning').severity]).toEqual(['NONE', 'NONE']);
  }, 120_000);
});
