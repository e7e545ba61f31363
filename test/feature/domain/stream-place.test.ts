import { expect, it } from 'vitest';
import { checkSameTopic } from '../../../subgraphs/feature/domain/stream-place.ts';

const place = (partition: number, nextOffset: number) => ({
  partition,
  nextOffset,
  endOffset: nextOffset,
  lost: 0,
  accepted: 0,
  quarantined: 0,
});

it.each([
  [
    'has gone on',
    [place(0, 3), place(1, 0)],
    [
      { partition: 0, end: 9 },
      { partition: 1, end: 0 },
    ],
  ],
  [
    'has more partitions',
    [place(0, 3)],
    [
      { partition: 0, end: 3 },
      { partition: 1, end: 5 },
    ],
  ],
  ['was never read', [], [{ partition: 0, end: 5 }]],
])('a topic that %s is the same', (_, places, ends) => {
  expect(() => checkSameTopic('t', places, ends)).not.toThrow();
});

it.each([
  ['ends before what was read', [{ partition: 0, end: 2 }]],
  ['lacks a partition that was read', []],
])('a topic that %s was made anew', (_, ends) => {
  expect(() => checkSameTopic('t', [place(0, 3)], ends)).toThrow(
    /^topic: partition 0 of t ends at \d, but was read up to 3/,
  );
});
