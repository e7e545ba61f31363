import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readContract } from '../../../core/onnx/contract.ts';
import { KNOWN_OPERATORS } from '../../../core/tabular/compile-node.ts';
import { onnxCases } from '../../support/onnx-case-files.ts';
import { onOrt, onTabular } from '../../support/onnx-cases.ts';

/** What is expected of each case whose operators the tabular engine knows, on either engine. */
const expected: Readonly<Record<string, { readonly tabular: string; readonly ort: string }>> = JSON.parse(
  readFileSync(new URL('../../vectors/onnx/cases-1.20.1.json', import.meta.url), 'utf8'),
);
const cases = onnxCases();
const strangersIn = (model: Uint8Array): readonly string[] =>
  readContract(model).operators.filter((operator) => !KNOWN_OPERATORS.includes(operator));

describe.skipIf(cases.size === 0)('the ONNX cases of operators that the tabular engine knows', () => {
  it('are those that are written down', () => {
    const known = [...cases].filter(([, { model }]) => strangersIn(model).length === 0).map(([name]) => name);
    expect(known).toEqual(Object.keys(expected));
  });

  it('that do not pass end as written down', async () => {
    for (const [name, { tabular, ort }] of Object.entries(expected)) {
      const one = cases.get(name)!;
      if (tabular !== 'PASSED') expect(await onTabular(one), name).toBe(tabular);
      if (ort !== 'PASSED') expect(await onOrt(one), name).toBe(ort);
    }
  });
});

const passing = (engine: 'tabular' | 'ort'): string[] =>
  Object.keys(expected).filter((name) => expected[name]![engine] === 'PASSED');

describe.skipIf(cases.size === 0)('an ONNX case on the tabular engine', () => {
  it.each(passing('tabular'))('%s', async (name) => expect(await onTabular(cases.get(name)!)).toBe('PASSED'));
});

describe.skipIf(cases.size === 0)('an ONNX case on ONNX Runtime', () => {
  it.each(passing('ort'))('%s', async (name) => expect(await onOrt(cases.get(name)!)).toBe('PASSED'));
});

it.skipIf(cases.size === 0)(
  'all other ONNX cases are refused, for an operator of theirs that is not known',
  async () => {
    let refused = 0;
    for (const [name, one] of cases) {
      const strangers = strangersIn(one.model);
      if (strangers.length === 0) continue;
      const outcome = await onTabular(one);
      // Some are refused for a constant or an input before it comes to the operator.
      expect(outcome, name).toMatch(/^REFUSED: /);
      if (outcome.endsWith('the operator is not known'))
        expect(
          strangers.some((operator) => outcome.includes(operator)),
          outcome,
        ).toBe(true);
      refused++;
    }
    expect(refused).toBe(cases.size - Object.keys(expected).length);
  },
);
