import type { TensorSpec } from '../../../../schema/release.ts';
import type { ModelVersion } from './model-version.ts';

/** What of a version can differ. CLAIMS are numbers that submitters typed. */
export const DIFF_PARTS = ['CONTRACT', 'FEATURES', 'DATA', 'CODE', 'METRICS', 'CLAIMS', 'DECLARATION'] as const;
export type DiffPart = (typeof DIFF_PARTS)[number];

/** One thing that differs; null where a version does not have it. */
export interface Difference {
  readonly part: DiffPart;
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A version with the features of its service by name and type; undefined while the service is not known. */
export interface Diffable {
  readonly version: ModelVersion;
  readonly features: ReadonlyMap<string, string> | undefined;
}

/** Everything that differs between two versions, part by part. */
export function differencesBetween(before: Diffable, after: Diffable): readonly Difference[] {
  const [from, to] = [partsOf(before), partsOf(after)];
  return DIFF_PARTS.flatMap((part) => {
    const names = new Set([...from[part].keys(), ...to[part].keys()]);
    return [...names].flatMap((name): Difference[] => {
      const [was, is] = [from[part].get(name) ?? null, to[part].get(name) ?? null];
      return was === is ? [] : [{ part, name, before: was, after: is }];
    });
  });
}

type Parts = Readonly<Record<DiffPart, ReadonlyMap<string, string>>>;

const partsOf = ({ version, features }: Diffable): Parts => ({
  CONTRACT: new Map([
    ...version.contract.inputs.map((tensor) => tensorOf('input', tensor)),
    ...version.contract.outputs.map((tensor) => tensorOf('output', tensor)),
    ...Object.entries(version.classLabels).map(([name, labels]) => [`labels ${name}`, labels.join(', ')] as const),
  ]),
  FEATURES: given({ 'feature service': version.featureService }, features ?? new Map()),
  DATA: given({ 'training set': version.trainingSet, 'evaluation file': version.evaluation }),
  CODE: given(
    { artifact: version.sourceDigest, commit: version.codeCommit, algorithm: version.algorithm },
    new Map([
      ...Object.entries(version.hyperParameters).map(([name, value]) => [name, JSON.stringify(value)] as const),
      ['operators', version.operators.toSorted().join(', ')],
    ]),
  ),
  METRICS: new Map(version.metrics.map(({ name, value }) => [name, String(value)])),
  CLAIMS: new Map(Object.entries(version.claimedMetrics).map(([name, value]) => [name, String(value)])),
  DECLARATION: given({
    'risk tier': version.riskTier,
    purpose: version.purpose,
    'intended use': version.intendedUse,
    limits: version.limits,
    'business metric': version.businessMetric,
    'third party': String(version.thirdParty),
    card: version.card,
    owner: version.owner,
  }),
});

const tensorOf = (side: string, { name, dtype, shape }: TensorSpec): readonly [string, string] => [
  `${side} ${name}`,
  `${dtype}[${shape.join(', ')}]`,
];

const given = (
  values: Readonly<Record<string, string | null>>,
  more: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
    ...more,
  ]);
