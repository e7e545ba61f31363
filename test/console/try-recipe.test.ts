import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { curlOf, entityOf, formOf, inputsOf, valueOf } from '../../console/pages/try/recipe.ts';

const input = (name: string, dtype: string, more: object = {}) =>
  formOf({ inputs: [{ name, dtype, required: true, ...more }], entities: [] }).inputs[0]!;

describe('the form of a deployment', () => {
  it.each([
    ['STRING', ' ATL ', 'ATL'],
    ['STRING', '18', '18'],
    ['FLOAT64', '0.5', 0.5],
    ['FLOAT64', '1e3', 1_000],
    ['FLOAT64', 'x', 'x'],
    ['INT64', '-7', -7],
    ['INT64', '1.5', '1.5'],
    ['INT64', '9007199254740993', '9007199254740993'],
    ['BOOL', 'true', true],
    ['BOOL', 'false', false],
    ['TIMESTAMP', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z'],
    ['FLOAT64', '  ', undefined],
  ])('sends for %s what was typed: %j is %j', (dtype, typed, value) => {
    expect(valueOf(input('x', dtype), typed)).toEqual(value);
  });

  it('sends an array as its numbers, and what is none as it is, for the server to say why not', () => {
    const array = input('x', 'FLOAT64', { shape: [2] });
    expect(valueOf(array, '[1, 2.5]')).toEqual([1, 2.5]);
    expect(valueOf(array, '1, 2')).toBe('1, 2');
  });

  it('reads features of the entities that the inputs name, once all of them are given', () => {
    const recipe = formOf({
      inputs: [
        { name: 'from', dtype: 'STRING', required: true },
        { name: 'hour', dtype: 'INT64', required: false },
      ],
      entities: [{ input: 'from', joinKey: 'origin' }],
    });
    const typed = (values: Record<string, string>) => inputsOf(recipe, (name) => values[name] ?? null);
    expect(typed({ from: 'ATL' })).toEqual({ from: 'ATL' });
    expect(entityOf(recipe, typed({ from: 'ATL', hour: '18' }))).toEqual({ origin: 'ATL' });
    expect(entityOf(recipe, typed({ hour: '18' }))).toBeNull();
  });

  it('gives a command that a shell hands on to the last sign', () => {
    const inputs = { name: `O'Hare "ORD" $HOME`, hour: 18 };
    const command = curlOf('flight delay', inputs).replace('curl', `printf '%s\\n'`);
    const printed = execFileSync('sh', ['-c', command], { encoding: 'utf8', env: { EDGE: 'http://e', KEY: 'k' } });
    const lines = printed.trim().split('\n');
    expect(lines[1]).toBe('http://e/v1/predict/flight%20delay');
    expect(lines).toContain('authorization: Bearer k');
    expect(JSON.parse(lines.at(-1)!)).toEqual({ inputs, reasons: 5 });
  });
});
