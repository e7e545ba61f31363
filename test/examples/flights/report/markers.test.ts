import { describe, expect, it } from 'vitest';
import { tableRows, table } from '../../../../examples/shared/report/markdown-table.ts';
import { readBetween, replaceBetween } from '../../../../examples/shared/report/markers.ts';

const begin = '<!-- drift: written by npm run flights -- report -->';
const end = '<!-- end of drift -->';
const text = `before\n\n${begin}\nold\n${end}\n\nafter\n`;

describe('markers', () => {
  it('keep what stands around them', () =>
    expect(replaceBetween(text, 'drift', 'new')).toBe(`before\n\n${begin}\n\nnew\n\n${end}\n\nafter\n`));

  it('give the same when written twice', () => {
    const once = replaceBetween(text, 'drift', 'new');
    expect(replaceBetween(once, 'drift', 'new')).toBe(once);
  });

  it('give back what was written', () =>
    expect(readBetween(replaceBetween(text, 'drift', 'new'), 'drift')).toBe('new'));

  it('take text with a dollar sign as it is', () =>
    expect(readBetween(replaceBetween(text, 'drift', '$& $1'), 'drift')).toBe('$& $1'));

  it('are those of any example', () => {
    const other = text.replace('npm run flights', 'npm run fraud');
    expect(readBetween(replaceBetween(other, 'drift', 'new'), 'drift')).toBe('new');
  });

  it.each([
    ['are missing', 'no markers'],
    ['are there twice', text + text],
    ['are the wrong way round', `${end} ${begin}`],
  ])('are refused when they %s', (_case, given) =>
    expect(() => replaceBetween(given, 'drift', 'new')).toThrow('the text must hold once'),
  );
});

describe('a table', () => {
  it('is read back as it was written', () => {
    const rows = [
      ['a', '0.1'],
      ['a longer one', ''],
    ];
    expect(tableRows(table(['name', 'value'], rows))).toEqual(rows);
  });
});
