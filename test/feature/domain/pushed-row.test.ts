import { describe, expect, it } from 'vitest';
import { pushedRowOf } from '../../../subgraphs/feature/domain/pushed-row.ts';
import { aView } from './a-view.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const values = { amount: 1.5, count: 3, country: 'DE', is_new: true, last_seen: '2026-03-01T10:00:00Z' };
const row = { entity: { user_id: 'u1', shop: 7 }, eventTime: '2026-03-01T11:00:00Z', values };
const read = (more: object = {}) => pushedRowOf(aView(), { ...row, ...more }, NOW);
const refusal = (more: object): unknown => {
  try {
    read(more);
  } catch (error) {
    const { code, message, details } = error as { code: string; message: string; details: object };
    return { code, message, ...details };
  }
  throw new Error('it was taken');
};

describe('a pushed row', () => {
  it('has its key, its times and its values in the order of the view', () => {
    expect(read({ createdTime: '2026-03-01T11:30:00+00:00' })).toEqual({
      key: '["u1","7"]',
      eventMs: Date.parse('2026-03-01T11:00:00Z'),
      createdMs: Date.parse('2026-03-01T11:30:00Z'),
      eventId: null,
      retracted: false,
      values: [1.5, 3n, 'DE', true, Date.parse('2026-03-01T10:00:00Z')],
    });
  });

  it('may leave out when it was created, and may say null of any feature', () => {
    const nothing = Object.fromEntries(Object.keys(values).map((name) => [name, null]));
    expect(read({ values: nothing })).toMatchObject({ createdMs: null, values: [null, null, null, null, null] });
  });

  it.each(['eventTime', 'createdTime'])('may happen now, but not later: %s', (field) => {
    expect(read({ [field]: NOW.toISOString() })).toBeDefined();
    expect(refusal({ [field]: '2026-03-01T12:00:00.001Z' })).toMatchObject({
      code: 'INVALID_INPUT',
      field,
      message: expect.stringMatching(/lies ahead; it is 2026-03-01T12:00:00\.000Z here/),
    });
  });

  it.each([
    ['a key that the view does not have', { entity: { user_id: 'u1', shop: 7, till: 1 } }, 'entity.till'],
    ['a key that is missing', { entity: { user_id: 'u1' } }, 'entity.shop'],
    ['a key of another type', { entity: { user_id: 'u1', shop: 'x' } }, 'entity.shop'],
    ['a null key, which nothing would find', { entity: { user_id: null, shop: 7 } }, 'entity'],
    ['a feature that the view does not have', { values: { ...values, extra: 1 } }, 'values.extra'],
    ['a feature that is missing', { values: { amount: 1 } }, 'values.count'],
    ['a number that is no number', { values: { ...values, amount: '1.5' } }, 'values.amount'],
    ['a fraction where whole numbers go', { values: { ...values, count: 0.5 } }, 'values.count'],
    ['a time without its zone', { values: { ...values, last_seen: '2026-03-01T10:00:00' } }, 'values.last_seen'],
    ['an event time that is none', { eventTime: 'yesterday' }, 'eventTime'],
    ['a field that a row does not have', { comment: 'x' }, 'row'],
  ])('is refused for %s', (_, more, field) => {
    expect(refusal(more)).toMatchObject({ code: 'INVALID_INPUT', field });
  });

  it('is told what the view has', () => {
    expect(refusal({ values: { ...values, extra: 1 } })).toMatchObject({
      message: 'values.extra: user_txn@2 has no such feature',
      allowed: ['amount', 'count', 'country', 'is_new', 'last_seen'],
    });
    expect(refusal({ entity: { user_id: 'u1' } })).toMatchObject({ allowed: ['user_id (STRING)', 'shop (INT64)'] });
  });
});
