import { describe, expect, it } from 'vitest';
import { Adwin } from '../../../../core/statistics/detectors/adwin.ts';
import { Ddm } from '../../../../core/statistics/detectors/ddm.ts';
import { PageHinkley } from '../../../../core/statistics/detectors/page-hinkley.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { eachCase, expectNear, statVectors } from '../../../support/vectors.ts';

const file = statVectors('stream-detectors');

describe('ADWIN against River', () => {
  eachCase(
    file,
    ({ input, expected }) => {
      const adwin = new Adwin(input.params);
      const detections: number[] = [];
      const snapshots: object[] = [];
      const wanted = new Set(expected.snapshots.map(({ i }: any) => i));
      for (const [i, value] of input.x.entries()) {
        if (adwin.add(value)) detections.push(i);
        if (wanted.has(i)) snapshots.push({ i, ...adwin.snapshot() });
      }
      expect(detections).toEqual(expected.detections);
      expectNear(snapshots, expected.snapshots, { rel: 1e-9, abs: 1e-9 });
    },
    ({ input }) => input.detector === 'adwin',
  );

  it('says nothing of a stream that does not change, nor of one value', () => {
    const random = seededRandom(4);
    const adwin = new Adwin();
    let alarms = 0;
    for (let i = 0; i < 5_000; i++) alarms += Number(adwin.add(random()));
    expect(alarms).toBe(0);
    expect(new Adwin({ clock: 1 }).add(7)).toBe(false);
  });

  it('refuses a delta that is no chance', () => {
    expect(() => new Adwin({ delta: 0 })).toThrow(expect.objectContaining({ details: { field: 'delta' } }));
  });
});

describe('Page–Hinkley against River', () => {
  eachCase(
    file,
    ({ input, expected }) => {
      const detector = new PageHinkley(input.params);
      const detections = input.x.flatMap((value: number, i: number) => (detector.add(value) ? [i] : []));
      expect(detections).toEqual(expected.detections);
    },
    ({ input }) => input.detector === 'pageHinkley',
  );
});

describe('DDM against River', () => {
  eachCase(
    file,
    ({ input, expected }) => {
      const detector = new Ddm(input.params);
      const states: string[] = input.x.map((error: 0 | 1) => detector.add(error));
      expect(states.flatMap((state, i) => (state === 'drift' ? [i] : []))).toEqual(expected.detections);
      expect(states.indexOf('warning')).toBe(expected.firstWarning);
    },
    ({ input }) => input.detector === 'ddm',
  );

  it('is stable where nothing was ever wrong', () => {
    const detector = new Ddm();
    expect(new Set(Array.from({ length: 200 }, () => detector.add(0)))).toEqual(new Set(['stable']));
  });
});
