import { describe, expect, it } from 'vitest';
import { refuseOverlap, checkSlice } from '../../../../subgraphs/experiment/domain/experiment/namespace.ts';
import {
  costsOf,
  opened,
  refuseAnswered,
  revised,
  revisionWarning,
  type Revisable,
  type Revised,
} from '../../../../subgraphs/experiment/domain/experiment/revision.ts';

const ARMS = ['control', 'candidate'];
const at = new Date('2026-03-01T00:00:00Z');
const design: Revisable = {
  split: { control: 0.5, candidate: 0.3 },
  targeting: null,
  secondary: [],
  guardrails: [],
  segments: [],
};
const running = {
  ...design,
  status: 'RUNNING',
  splitRevision: 1,
  revisions: [opened(1, ARMS, design, [], new Date(0))],
};
const next = (changes: Revised) => revised(running, ARMS, changes, at);

describe('a revision', () => {
  it('keeps what the one before it was, and begins with what changed', () => {
    const after = next({ targeting: 'a > 1', segments: ['city'] });
    expect(after).toMatchObject({ splitRevision: 2, targeting: 'a > 1', segments: ['city'] });
    expect(after.revisions).toMatchObject([
      { number: 1, targeting: null, segments: [], endedAt: at },
      { number: 2, targeting: 'a > 1', segments: ['city'], split: design.split, startedAt: at, endedAt: null },
    ]);
    expect(after.revisions[1]!.ranges).toEqual(after.revisions[0]!.ranges);
  });

  it.each<[string, Revised, string[]]>([
    ['targeting', { targeting: 'a > 1' }, ['begins with no units', 'other requests']],
    ['metrics', { segments: ['city'] }, ['begins with no units', 'segments are judged by new units alone']],
    ['a smaller arm', { split: { control: 0.4, candidate: 0.5 } }, ['begins with no units', 'leave control']],
    ['larger arms', { split: { control: 0.6, candidate: 0.4 } }, ['begins with no units']],
  ])('of %s says what it costs', (_, changes, said) => {
    const costs = costsOf(next(changes).revisions);
    expect(costs).toEqual(said.map((part) => expect.stringContaining(part)));
    expect(costsOf(running.revisions)).toEqual([]);
  });

  it('is refused where it changes nothing, where the experiment has ended, and once it has its answer', () => {
    expect(() => next({ targeting: null })).toThrow('targeting: this is in force already');
    expect(() => next({})).toThrow('shares: nothing is named that changes');
    expect(() => revised({ ...running, status: 'STOPPED' }, ARMS, { targeting: 'x' }, at)).toThrow('not revised');
    expect(() => next({ segments: ['city', 'city'] })).toThrow('segments');
    expect(() => refuseAnswered(1, true)).toThrow('revision 1 has its planned units');
    expect(() => refuseAnswered(1, false)).not.toThrow();
  });

  it('warns of the chances that several revisions are', () => {
    expect(revisionWarning(1, 0.05)).toEqual([]);
    expect(revisionWarning(3, 0.05)).toEqual([expect.stringContaining('up to 0.15, not 0.05')]);
  });
});

describe('a slice of a namespace', () => {
  const held = [
    { id: 'one', unit: 'user', slice: { name: 'n', from: 0.2, to: 0.4 } },
    { id: 'two', unit: 'user', slice: { name: 'n', from: 0.6, to: 0.9 } },
  ];
  const wanted =
    (from: number, to: number, unit = 'user') =>
    () =>
      refuseOverlap({ unit, slice: { name: 'n', from, to } }, held);

  it.each([
    [0, 0.2],
    [0.4, 0.6],
    [0.9, 1],
  ])('[%d, %d) is free', (from, to) => expect(wanted(from, to)).not.toThrow());

  it('that overlaps is refused with who holds what, and what is free', () => {
    expect(wanted(0.3, 0.7)).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: 'namespace: the slice [0.3, 0.7) of n is not free: one holds [0.2, 0.4), two holds [0.6, 0.9)',
        details: { field: 'namespace', allowed: ['[0, 0.2)', '[0.4, 0.6)', '[0.9, 1)'] },
      }),
    );
    expect(wanted(0, 0.2, 'card')).toThrow('unit: one shares the namespace n by "user", not by "card"');
  });

  it.each([
    [{ name: '', from: 0, to: 1 }, 'namespace.name'],
    [{ name: 'n', from: -0.1, to: 1 }, 'namespace.from'],
    [{ name: 'n', from: 0, to: 1.1 }, 'namespace.to'],
    [{ name: 'n', from: 0, to: 0.00001 }, 'namespace.to'],
    [{ name: 'n', from: 0.5, to: 0.5 }, 'namespace.to'],
  ])('%o is refused', (slice, field) => {
    expect(() => checkSlice(slice)).toThrow(expect.objectContaining({ details: expect.objectContaining({ field }) }));
  });
});
