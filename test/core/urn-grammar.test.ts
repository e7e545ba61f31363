import { describe, expect, it } from 'vitest';
import { namedUrn, numberInUrn, urnGrammar, urnsMeant } from '../../core/urn-grammar.ts';

const versions = urnGrammar<{ readonly model: string; readonly number: number }>('model-version', {
  form: '<model>@<number>',
  toParts: ({ model, number }) => [{ name: model, version: String(number) }],
  fromParts: ([part, ...rest]) => {
    const number = numberInUrn(part?.version);
    return part && number !== null && rest.length === 0 ? { model: part.name, number } : null;
  },
});
const models = namedUrn('model');
const fraud3 = { project: 'default', model: 'fraud', number: 3 };

describe('the ids of one kind', () => {
  it('are written with project and kind', () =>
    expect(versions.format(fraud3)).toBe('tiffin:default:model-version:fraud@3'));

  it.each(['tiffin:default:model-version:fraud@3', 'fraud@3'])('are read whole or short: %s', (id) =>
    expect(versions.parse('default', id)).toEqual(fraud3),
  );

  it('keep what has to be encoded', () => {
    const key = { project: 'größe & co', name: 'a/b:c@d' };
    expect(models.parse(key.project, models.format(key))).toEqual(key);
  });

  it.each(['fraud', 'fraud@0', 'fraud@1.2.0.0', 'fraud@3/x', 'tiffin:default:model:fraud', '', 'x y z', '@3'])(
    'refuse "%s", naming the field and the form',
    (id) =>
      expect(() => versions.parse('default', id, 'version')).toThrow(
        expect.objectContaining({
          code: 'INVALID_INPUT',
          message: `version: "${id}" is not the id of a model-version; write tiffin:<project>:model-version:<model>@<number> or <model>@<number>`,
          details: {
            field: 'version',
            allowed: ['tiffin:<project>:model-version:<model>@<number>', '<model>@<number>'],
          },
        }),
      ),
  );

  it('of another project are as unknown as ids that never were', () => {
    const id = versions.format({ ...fraud3, project: 'other' });
    expect(() => versions.parse('default', id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(versions.find('default', id)).toBeNull();
    expect(versions.lookUp('default', id)).toBeNull();
  });

  it('of a question are read as those of an order, and refused as they are', () => {
    expect(versions.lookUp('default', 'fraud@3')).toEqual(fraud3);
    expect(() => versions.lookUp('default', 'fraud', 'version')).toThrow('version: "fraud" is not the id of a');
  });

  it('are found among stored ids, which are never short', () => {
    expect(versions.find('default', versions.format(fraud3))).toEqual(fraud3);
    expect(versions.find('default', 'fraud@3')).toBeNull();
    expect(versions.find('default', 'garbage')).toBeNull();
  });
});

describe('an id without its kind', () => {
  const kinds = ['model', 'endpoint', 'model-version'] as const;

  it('can name something of each kind', () =>
    expect(urnsMeant('default', 'fraud', kinds)).toEqual([
      'tiffin:default:model:fraud',
      'tiffin:default:endpoint:fraud',
      'tiffin:default:model-version:fraud',
    ]));

  it.each(['tiffin:default:model:%66raud', 'model:fraud'])('names one thing where the kind is written: %s', (id) =>
    expect(urnsMeant('default', id, kinds)).toEqual(['tiffin:default:model:fraud']),
  );

  it.each(['', 'a@b@c', 'a:b', 'tiffin:default:nothing:x', 'tiffin:default:alert:x', '%zz'])('is none: "%s"', (id) =>
    expect(() => urnsMeant('default', id, kinds, 'start')).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ field: 'start' }) }),
    ),
  );
});
