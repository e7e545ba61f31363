import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { hash53 } from '../../../core/windows/hash53.ts';

const byNode = (text: string): number =>
  Number(createHash('md5').update(text).digest().readBigUInt64LE(8) & (2n ** 53n - 1n));

it('hashes as MD5 does, whatever length and script a text has', () => {
  for (let length = 0; length < 200; length++) {
    for (const text of ['x'.repeat(length), `${'x'.repeat(length)}é`, '\u007f'.repeat(length)]) {
      expect(hash53(text)).toBe(byNode(text));
    }
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(hash53(text)).toBe(byNode(text));
    }),
  );
});
