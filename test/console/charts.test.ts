import { expect, it } from 'vitest';
import { binNames } from '../../console/charts/histogram.tsx';
import { ticksIn } from '../../console/charts/ticks.ts';
import { bytes, count, decimal, percent, span } from '../../console/ui/numbers.ts';

it.each([
  [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [-0.031, 0.052, 4, [0, 0.05]],
  [298, 351, 3, [300, 320, 340]],
  [5, 5, 3, [5]],
])('ticks from %s to %s are round', (from, to, about, ticks) => {
  expect(ticksIn(from, to, about)).toEqual(ticks);
});

it('names bins by their edges, the open ones too, and categories by themselves', () => {
  expect(binNames([1, 2.5], [])).toEqual(['below 1', '1 to 2.5', 'from 2.5']);
  expect(binNames([1], ['no number'])).toEqual(['below 1', 'from 1', 'no number']);
  expect(binNames([], ['AA', 'UA'])).toEqual(['AA', 'UA']);
});

it('writes numbers as people read them', () => {
  expect([count(4_556), decimal(0.70192), decimal(12.3456), decimal(null), percent(0.135)]).toEqual([
    '4,556',
    '0.7019',
    '12.35',
    '–',
    '13.5 %',
  ]);
  expect([bytes(0), bytes(999), bytes(51_179), bytes(2_500_000)]).toEqual([
    '0 bytes',
    '999 bytes',
    '51.2 KB',
    '2.5 MB',
  ]);
  expect([span(30), span(90), span(10_800), span(86_400), span(172_800)]).toEqual([
    '30 s',
    '90 s',
    '3 h',
    '1 d',
    '2 d',
  ]);
});
