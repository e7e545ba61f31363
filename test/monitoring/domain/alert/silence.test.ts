import { describe, expect, it } from 'vitest';
import { checkedSilence, covers, type Silence } from '../../../../subgraphs/monitoring/domain/alert/silence.ts';

const NOW = new Date('2026-03-10T12:00:00.000Z');
const at = (minute: number): Date => new Date(NOW.getTime() + minute * 60_000);
const DEPLOYMENT = 'tiffin:default:deployment:eta@production';
const YEAR = 366 * 24 * 60;

describe('a new silence', () => {
  it('begins now unless it says when, and names its rule and deployment by whole ids', () => {
    expect(
      checkedSilence('default', { rule: 'late', deployment: DEPLOYMENT, endsAt: at(5), comment: 'x' }, NOW),
    ).toEqual({ rule: 'late', deployment: DEPLOYMENT, matchers: [], startsAt: NOW, endsAt: at(5), comment: 'x' });
    const whole = { rule: 'tiffin:default:alert-rule:late', startsAt: at(1), endsAt: at(1 + YEAR), comment: 'x' };
    expect(checkedSilence('default', whole, NOW)).toMatchObject({ rule: 'late', deployment: null, startsAt: at(1) });
  });

  it.each([
    ['nothing named', { rule: null }, 'rule'],
    ['a rule that is no id', { rule: '@' }, 'rule'],
    ['a deployment that is no id', { deployment: 'x' }, 'deployment'],
    ['an end that is over', { endsAt: at(-1) }, 'endsAt'],
    ['an end now', { endsAt: NOW }, 'endsAt'],
    ['an end before its start', { startsAt: at(9), endsAt: at(8) }, 'endsAt'],
    ['an end at its start', { startsAt: at(9), endsAt: at(9) }, 'endsAt'],
    ['more than a year', { endsAt: at(YEAR + 1) }, 'endsAt'],
    ['a matcher that is none', { matchers: ['city'] }, 'matchers'],
    ['no comment', { comment: '' }, 'comment'],
    ['a comment of a book', { comment: 'x'.repeat(2_001) }, 'comment'],
  ])('is refused for %s', (_, changes, field) => {
    expect(() => checkedSilence('default', { rule: 'late', endsAt: at(5), comment: 'x', ...changes }, NOW)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field }) }),
    );
  });

  it('names a rule of its own project', () => {
    const input = { rule: 'tiffin:other:alert-rule:late', endsAt: at(5), comment: 'x' };
    expect(() => checkedSilence('default', input, NOW)).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', details: { field: 'rule' } }),
    );
  });
});

describe('a silence covers an alert', () => {
  const silence: Silence = {
    project: 'default',
    id: 'x',
    rule: null,
    deployment: null,
    matchers: [],
    startsAt: at(0),
    endsAt: at(10),
    comment: 'x',
    createdAt: NOW,
    createdBy: 'user:x',
    endedAt: null,
    endedBy: null,
  };
  const alert = { rule: 'late', deployment: DEPLOYMENT, labels: { city: 'pune' } };

  it.each([
    ['of the rule that it names', { rule: 'late' }, 5, true],
    ['of no other rule', { rule: 'other' }, 5, false],
    ['of the deployment that it names', { deployment: DEPLOYMENT }, 5, true],
    ['of no other deployment', { deployment: 'tiffin:default:deployment:eta@staging' }, 5, false],
    ['of both, where it names both', { rule: 'late', deployment: 'tiffin:default:deployment:eta@staging' }, 5, false],
    ['of labels that meet all its matchers', { matchers: [{ label: 'city', operator: '=~', value: 'p.*' }] }, 5, true],
    ['of no other labels', { matchers: [{ label: 'city', operator: '!=', value: 'pune' }] }, 5, false],
    ['from its start on', {}, 0, true],
    ['not before', {}, -1, false],
    ['up to its end', {}, 9, true],
    ['not at its end', {}, 10, false],
    ['until somebody ends it', { endedAt: at(5) }, 4, true],
    ['not once somebody ended it', { endedAt: at(5) }, 5, false],
  ] as const)('%s', (_, changes, minute, expected) => {
    expect(covers({ ...silence, ...changes }, alert, at(minute))).toBe(expected);
  });
});
