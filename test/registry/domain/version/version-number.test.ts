import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepBetween, type Comparable } from '../../../../subgraphs/registry/domain/version/version-change.ts';
import {
  BUMPS,
  bumpBetween,
  compareVersions,
  formatVersion,
  numberNext,
  parseVersion,
  raise,
  renumbered,
  type VersionNumber,
} from '../../../../subgraphs/registry/domain/version/version-number.ts';

const part = fc.integer({ min: 0, max: 50 });
const version: fc.Arbitrary<VersionNumber> = fc.tuple(part, part, part, part);
const bump = fc.constantFrom(...BUMPS);

describe('a version number', () => {
  it('is ordered part by part, and read back as it was written', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(parseVersion(formatVersion(a))).toEqual(a);
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
      }),
    );
    expect(compareVersions([1, 10, 0, 0], [1, 9, 9, 9])).toBeGreaterThan(0);
  });

  it.each(['1', '1.2.3', '1.2.3.4.5', '1.02.3.4', '1.2.3.x', '', '-1.0.0.0', '1.0.0.1000000', ' 1.0.0.0'])(
    'refuses to be read from "%s"',
    (text) => expect(() => parseVersion(text)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' })),
  );

  it('is raised to the least number that differs in that part', () => {
    fc.assert(
      fc.property(version, bump, version, (from, how, other) => {
        const raised = raise(from, how);
        expect(bumpBetween(from, raised)).toBe(how);
        const step = bumpBetween(from, other);
        if (step === how) expect(compareVersions(other, raised)).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(raise([1, 2, 3, 4], 'MINOR')).toEqual([1, 3, 0, 0]);
  });

  it('is the smallest legal one, or the wanted one if that is no smaller a step', () => {
    fc.assert(
      fc.property(version, bump, version, (previous, smallest, wanted) => {
        const step = bumpBetween(previous, wanted);
        const legal = step !== undefined && BUMPS.indexOf(step) <= BUMPS.indexOf(smallest);
        if (legal) expect(numberNext(previous, smallest, wanted)).toEqual(wanted);
        else expect(() => numberNext(previous, smallest, wanted)).toThrow(/too small a step/);
        expect(renumbered(previous, smallest, wanted)).toEqual(legal ? wanted : raise(previous, smallest));
      }),
    );
    expect(numberNext(undefined, 'BUILD', undefined)).toEqual([1, 0, 0, 0]);
  });
});

const base: Comparable = {
  digest: 'a',
  contract: {
    inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 3] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 1] }],
  },
  algorithm: 'trees',
  featureService: 'service@1',
  features: new Map([['v__a', 'FLOAT64']]),
  codeCommit: 'c1',
  hyperParameters: { depth: 6, rate: 0.1 },
  trainingSet: 't1',
};
const tensor = (name: string, shape: number[], dtype = 'float32') => ({ name, dtype, shape });
const contract = (inputs: object[], outputs: object[] = base.contract.outputs) =>
  ({ inputs, outputs }) as Comparable['contract'];

describe('the step between two versions', () => {
  const cases: readonly (readonly [string, Partial<Comparable>, string, boolean?])[] = [
    ['the same file again', {}, 'BUILD'],
    ['another file that answers the same', { digest: 'b' }, 'BUILD', true],
    ['other weights', { digest: 'b' }, 'PATCH'],
    ['other weights that answer the same, trained on other data', { digest: 'b', trainingSet: 't2' }, 'PATCH', true],
    ['other code', { digest: 'b', codeCommit: 'c2' }, 'MINOR'],
    ['other hyper-parameters', { digest: 'b', hyperParameters: { depth: 7, rate: 0.1 } }, 'MINOR'],
    ['the same hyper-parameters in another order', { hyperParameters: { rate: 0.1, depth: 6 } }, 'BUILD'],
    ['another algorithm', { algorithm: 'linear' }, 'MAJOR'],
    ['an input that is gone', { contract: contract([tensor('z', [-1, 3])]) }, 'MAJOR'],
    ['an input more', { contract: contract([...base.contract.inputs, tensor('z', [-1, 1])]) }, 'MAJOR'],
    ['a wider input', { contract: contract([tensor('x', [-1, 4])]) }, 'MAJOR'],
    ['an input of another type', { contract: contract([tensor('x', [-1, 3], 'float64')]) }, 'MAJOR'],
    ['an input that takes more shapes than before', { contract: contract([tensor('x', [-1, -1])]) }, 'MINOR'],
    [
      'an output more',
      { contract: contract(base.contract.inputs as object[], [...base.contract.outputs, tensor('z', [-1])]) },
      'MINOR',
    ],
    ['an output that is gone', { contract: contract(base.contract.inputs as object[], [tensor('z', [-1])]) }, 'MAJOR'],
    [
      'an output of more shapes',
      { contract: contract(base.contract.inputs as object[], [tensor('y', [-1, -1])]) },
      'MAJOR',
    ],
    [
      'a feature more',
      {
        featureService: 'service@2',
        features: new Map([
          ['v__a', 'FLOAT64'],
          ['v__b', 'INT64'],
        ]),
      },
      'MINOR',
    ],
    ['a feature that is gone', { featureService: 'service@2', features: new Map() }, 'MAJOR'],
    ['a feature of another type', { featureService: 'service@2', features: new Map([['v__a', 'INT64']]) }, 'MAJOR'],
    ['another service with the same features', { featureService: 'service@2' }, 'PATCH'],
    ['a service that is not known yet', { featureService: 'service@2', features: undefined }, 'MAJOR'],
  ];
  it.each(cases.map(([what, ...rest]) => [what, rest] as const))('is for %s as small as may be', (_, one) => {
    const [change, expected, sameAnswers = false] = one;
    const { bump: step, reasons } = stepBetween(base, { ...base, ...change }, sameAnswers);
    expect(step).toBe(expected);
    expect(reasons.length).toBeGreaterThan(0);
  });

  it('is MINOR when a model begins to read features, MAJOR when it stops', () => {
    const without = { ...base, featureService: null, features: undefined };
    expect(stepBetween(without, base, false).bump).toBe('MINOR');
    expect(stepBetween(base, without, false).bump).toBe('MAJOR');
  });
});
