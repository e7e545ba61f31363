import { describe, expect, it } from 'vitest';
import { checkDistinct, checkFieldName, checkName, labelsOf } from '../../../subgraphs/feature/domain/labels.ts';

const refused = (field: string) => expect.objectContaining({ code: 'INVALID_INPUT', details: { field } });

describe('labels', () => {
  it('are stored trimmed, tags distinct and sorted, and empty where they are left out', () => {
    expect(labelsOf({ description: ' of a user ', owner: ' risk ', tags: ['b', ' a ', 'b'] })).toEqual({
      description: 'of a user',
      owner: 'risk',
      tags: ['a', 'b'],
    });
    for (const nothing of [{}, { description: null, owner: null, tags: null }, { owner: '  ' }]) {
      expect(labelsOf(nothing)).toEqual({ description: '', owner: null, tags: [] });
    }
  });

  it('have no empty tag, and at most 50', () => {
    const tags = Array.from({ length: 51 }, (_, i) => `t${i}`);
    expect(labelsOf({ tags: tags.slice(1) }).tags).toHaveLength(50);
    for (const wrong of [['a', ' '], tags]) expect(() => labelsOf({ tags: wrong })).toThrow(refused('tags'));
  });
});

describe('names', () => {
  it.each([
    ['user_txn', true, true],
    ['user-txn', true, false],
    ['user.txn', true, false],
    ['1st', false, false],
    ['a b', false, false],
    ['', false, false],
  ])('%j is one of a thing: %j, of a field: %j', (name, ofThing, ofField) => {
    for (const [check, allowed] of [
      [checkName, ofThing],
      [checkFieldName, ofField],
    ] as const) {
      if (allowed) expect(() => check('name', name)).not.toThrow();
      else expect(() => check('name', name)).toThrow(refused('name'));
    }
  });

  it('that differ only by case are one', () => {
    expect(() => checkDistinct('features', ['a', 'b'])).not.toThrow();
    expect(() => checkDistinct('features', ['a', 'b', 'a'])).toThrow('"a" occurs twice');
    expect(() => checkDistinct('features', ['a', 'A'])).toThrow('"A" and "a" differ only by case');
  });
});
