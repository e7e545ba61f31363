import { describe, expect, it } from 'vitest';
import { conceptReadings, type LabelledAnswer } from '../../../../subgraphs/monitoring/domain/indicators/concept.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const BASE = { endpoint: 'eta', window: '1d' };
const PER_DAY = 500;

/** A week and a day of calibrated scores; of the last day's outcomes a share is the other one. */
function week(seed: number, flipped: number, perDay = PER_DAY): readonly LabelledAnswer[] {
  const next = seededRandom(seed);
  return Array.from({ length: 8 * perDay }, (_, i) => {
    const score = next();
    const inWindow = i >= 7 * perDay;
    const happened = next() < score;
    return { score, label: happened !== (inWindow && next() < flipped) ? 1 : 0, inWindow };
  });
}

const said = (answers: readonly LabelledAnswer[]): Record<string, number> =>
  Object.fromEntries(conceptReadings(BASE, answers).map(({ labels, value }) => [labels['detector'], value]));

function shares(runs: number, flipped: number): Record<string, number> {
  const found: Record<string, number> = {};
  for (let seed = 0; seed < runs; seed++) {
    for (const [detector, value] of Object.entries(said(week(seed, flipped))))
      found[detector] = (found[detector] ?? 0) + value / runs;
  }
  return found;
}

describe('concept drift', () => {
  it('is called where outcomes no longer follow the scores, and seldom where they do', () => {
    const [none, some] = [shares(100, 0), shares(100, 0.3)];
    for (const detector of ['adwin', 'page_hinkley', 'ddm']) expect(none[detector], detector).toBeLessThanOrEqual(0.03);
    expect(some['adwin']).toBeGreaterThanOrEqual(0.95);
    expect(some['ddm']).toBeGreaterThanOrEqual(0.4);
    expect(some['page_hinkley']).toBeGreaterThanOrEqual(0.2);
  });

  it('is not what gets better', () => {
    const worse = week(1, 0.4).map((one) => ({ ...one, inWindow: !one.inWindow }));
    const better = [...worse.filter(({ inWindow }) => !inWindow), ...worse.filter(({ inWindow }) => inWindow)];
    expect(said(better)).toEqual({ adwin: 0, page_hinkley: 0, ddm: 0 });
  });

  it.each([
    ['too few outcomes', week(1, 0, 99)],
    ['scores that are no probabilities', week(1, 0).map((one) => ({ ...one, score: one.score * 2 }))],
    ['nothing', []],
  ])('says nothing of %s', (_, answers) => {
    expect(conceptReadings(BASE, answers)).toEqual([]);
  });
});
