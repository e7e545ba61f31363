import { describe, expect, it } from 'vitest';
import { judgeTrail, type CheckpointLine } from '../../../../subgraphs/registry/domain/audit/checkpoint-trail.ts';

const at = (number: number): string => `2026-03-0${number}T00:00:00.000Z`;
/** The n-th checkpoint on its line, which names the one before it. */
const line = (number: number, changes: Partial<CheckpointLine> = {}): CheckpointLine => ({
  line: number,
  checkpoint: {
    kind: 'tiffin-audit-checkpoint',
    format: 1,
    project: 'default',
    number,
    at: at(number),
    previous: number === 1 ? null : `d${number - 1}`,
    heads: [],
    unreachable: [],
  },
  digest: `d${number}`,
  signed: true,
  keyIds: ['k'],
  text: '',
  ...changes,
});
const torn = (number: number): CheckpointLine => ({
  line: number,
  digest: 'x',
  signed: false,
  keyIds: [],
  text: '{"half',
});
const good = (count: number) => ({
  ok: true,
  count,
  newestAt: count === 0 ? null : new Date(at(count)),
  firstBadLine: null,
  why: null,
});

describe('a file of checkpoints', () => {
  it.each([
    ['empty', [], good(0)],
    ['whole', [line(1), line(2), line(3)], good(3)],
    ['whole but for a line that was never written in full', [line(1), torn(2), line(2, { line: 3 })], good(2)],
  ])('is good when it is %s', (_, lines, expected) => {
    expect(judgeTrail(lines)).toEqual(expected);
  });

  it.each([
    ['whose checkpoint nobody trusted signed', [line(1), line(2, { signed: false }), line(3)], 2, 1, /no trusted key/],
    ['before which one is missing', [line(1), line(3, { line: 2 })], 2, 1, /checkpoint 2 is missing/],
    ['before which the first is missing', [line(2, { line: 1 })], 1, 0, /checkpoint 1 is missing/],
    ['that is there twice', [line(1), line(1, { line: 2 })], 2, 1, /checkpoint 2 is missing/],
    ['after one that was exchanged', [line(1, { digest: 'other' }), line(2)], 2, 1, /not the one that it names/],
    ['after one that was damaged later', [line(1), torn(2), line(3)], 3, 1, /checkpoint 2 is missing/],
  ])('is bad from a line on %s', (_, lines, firstBadLine, count, why) => {
    expect(judgeTrail(lines)).toMatchObject({ ok: false, firstBadLine, count, why: expect.stringMatching(why) });
  });
});
