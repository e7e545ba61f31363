import { describe, expect, it } from 'vitest';
import { judgeChain, type Walk, type Witness } from '../../../../subgraphs/registry/domain/audit/audit-judgement.ts';

const whole = (checked: number): Walk => ({ ok: true, checked, firstBadSeq: null, why: null });
const broken = (seq: number): Walk => ({ ok: false, checked: seq - 1, firstBadSeq: seq, why: 'its link is wrong' });
/** The n-th checkpoint, which has seen a record with the hash that it has, or another. */
const witness = (number: number, seq: number, hash = `h${seq}`): Witness => ({
  seq,
  hash,
  number,
  at: `2026-03-0${number}T00:00:00.000Z`,
});
const hashes = (...seqs: number[]): Map<number, string> => new Map(seqs.map((seq) => [seq, `h${seq}`]));
const fine = { ok: true, firstBadSeq: null, lastBadSeq: null, why: null, shownBy: null };

describe('a chain', () => {
  it('is good when its links and all witnesses agree, and vouched for up to the last of them', () => {
    expect(judgeChain(whole(9), [witness(2, 7), witness(1, 3)], hashes(3, 7))).toEqual({
      ...fine,
      checked: 9,
      checkpointedTo: 7,
    });
    expect(judgeChain(whole(9), [], new Map())).toEqual({ ...fine, checked: 9, checkpointedTo: 0 });
  });

  it.each([
    [
      'altered in the middle: the links know where',
      broken(5),
      [witness(1, 3)],
      hashes(3),
      { firstBadSeq: 5, lastBadSeq: 5, shownBy: 'CHAIN', why: 'its link is wrong' },
    ],
    [
      'written anew between two witnesses',
      whole(9),
      [witness(1, 3), witness(2, 7, 'other')],
      hashes(3, 7),
      { firstBadSeq: 4, lastBadSeq: 7, shownBy: 'CHECKPOINT' },
    ],
    [
      'written anew from its beginning',
      whole(9),
      [witness(1, 3, 'other'), witness(2, 7, 'other')],
      hashes(3, 7),
      { firstBadSeq: 1, lastBadSeq: 3, shownBy: 'CHECKPOINT' },
    ],
    [
      'cut off at its end',
      whole(5),
      [witness(1, 3), witness(2, 7)],
      hashes(3),
      { firstBadSeq: 6, lastBadSeq: 6, shownBy: 'CHECKPOINT' },
    ],
    [
      'without a record that a witness saw, where the links break before it',
      broken(4),
      [witness(1, 5)],
      new Map<number, string>(),
      { firstBadSeq: 4, lastBadSeq: 4, shownBy: 'CHAIN' },
    ],
    [
      'altered early and written anew later: the earliest counts',
      broken(2),
      [witness(1, 7, 'other')],
      hashes(7),
      { firstBadSeq: 2, lastBadSeq: 2, shownBy: 'CHAIN' },
    ],
    [
      'written anew early and altered later',
      broken(8),
      [witness(1, 3, 'other')],
      hashes(3),
      { firstBadSeq: 1, lastBadSeq: 3, shownBy: 'CHECKPOINT' },
    ],
    [
      'seen otherwise by two witnesses of one record',
      whole(9),
      [witness(1, 3), witness(2, 3, 'other')],
      hashes(3),
      { firstBadSeq: 3, lastBadSeq: 3, shownBy: 'CHECKPOINT' },
    ],
  ])('is bad when it is %s', (_, walk, witnesses, found, expected) => {
    expect(judgeChain(walk, witnesses, found)).toMatchObject({ ok: false, ...expected });
  });
});
