import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUrn, parseUrn, URN_KINDS, urnOf } from '../../core/urn.ts';

describe('urn', () => {
  it('writes pinned features and deployments as the design says', () => {
    expect(urnOf('default', 'feature', { name: 'user_txn', version: '2' }, 'amount_24h')).toBe(
      'tiffin:default:feature:user_txn@2/amount_24h',
    );
    expect(urnOf('default', 'deployment', { name: 'fraud-decision', version: 'production' })).toBe(
      'tiffin:default:deployment:fraud-decision@production',
    );
  });

  it('reads back every name, whatever characters it has', () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((value) => value.isWellFormed());
    const part = fc.oneof(fc.record({ name: text }), fc.record({ name: text, version: text }));
    const urn = fc.record({
      project: text,
      kind: fc.constantFrom(...URN_KINDS),
      parts: fc.array(part, { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(urn, (value) => {
        expect(parseUrn(formatUrn(value))).toEqual(value);
      }),
    );
  });

  it.each([
    '',
    'tiffin:default:model',
    'urn:default:model:x',
    'tiffin::model:x',
    'tiffin:a:model:x@',
    'tiffin:a:model:x:y',
    'tiffin:a:model:%',
  ])('refuses %j and says how an id is written', (text) => expect(() => parseUrn(text)).toThrow('is not an id'));

  it('names the kinds that exist when one does not', () => {
    expect(() => parseUrn('tiffin:default:toaster:x')).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', details: expect.objectContaining({ allowed: URN_KINDS }) }),
    );
  });
});
