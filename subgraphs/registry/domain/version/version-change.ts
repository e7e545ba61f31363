import type { Contract, TensorSpec } from '../../../../schema/release.ts';
import { widerOf, type Bump } from './version-number.ts';

/** What of a model version decides how far its number moves. */
export interface Comparable {
  /** SHA-256 of the artifact. */
  readonly digest: string;
  readonly contract: Contract;
  readonly algorithm: string | null;
  /** Pinned id of the feature service. */
  readonly featureService: string | null;
  /** The service's features by name with their type; undefined while the service is not known here. */
  readonly features: ReadonlyMap<string, string> | undefined;
  readonly codeCommit: string | null;
  readonly hyperParameters: Readonly<Record<string, unknown>>;
  readonly trainingSet: string | null;
}

export interface VersionStep {
  readonly bump: Bump;
  /** Why, in words for people; the widest reason first. */
  readonly reasons: readonly string[];
}

type Reason = readonly [bump: Bump, text: string];

/**
 * The smallest legal step from one version to the next, from what can be computed. MAJOR: callers or features break.
 * MINOR: it grows, or is trained otherwise. PATCH: trained again. BUILD: the same model once more.
 */
export function stepBetween(before: Comparable, after: Comparable, sameAnswers: boolean): VersionStep {
  const reasons: Reason[] = [
    ...tensorReasons('input', before.contract.inputs, after.contract.inputs),
    ...tensorReasons('output', before.contract.outputs, after.contract.outputs),
    ...featureReasons(before, after),
    ...trainingReasons(before, after),
  ];
  if (before.digest === after.digest) reasons.push(['BUILD', 'the artifact is the same']);
  else if (sameAnswers && before.trainingSet === after.trainingSet) {
    reasons.push(['BUILD', 'another file that answers the golden rows as before']);
  } else reasons.push(['PATCH', 'the weights changed']);
  if (before.trainingSet !== after.trainingSet) reasons.push(['PATCH', 'it was trained on another training set']);
  const bump = reasons.map(([of]) => of).reduce(widerOf);
  return { bump, reasons: reasons.filter(([of]) => of === bump).map(([, text]) => text) };
}

const shapeOf = ({ dtype, shape }: TensorSpec): string => `${dtype}[${shape.join(', ')}]`;

/** A dimension that was fixed may become free: whoever called before can still call. */
const accepts = (was: TensorSpec, is: TensorSpec): boolean =>
  was.dtype === is.dtype &&
  was.shape.length === is.shape.length &&
  was.shape.every((size, axis) => is.shape[axis] === size || is.shape[axis] === -1);

function tensorReasons(
  side: 'input' | 'output',
  before: readonly TensorSpec[],
  after: readonly TensorSpec[],
): Reason[] {
  const is = new Map(after.map((tensor) => [tensor.name, tensor]));
  const was = new Map(before.map((tensor) => [tensor.name, tensor]));
  const reasons: Reason[] = [];
  for (const tensor of before) {
    const now = is.get(tensor.name);
    if (!now) reasons.push(['MAJOR', `the ${side} "${tensor.name}" is gone`]);
    else if (shapeOf(now) !== shapeOf(tensor)) {
      const bump = side === 'input' && accepts(tensor, now) ? 'MINOR' : 'MAJOR';
      reasons.push([bump, `the ${side} "${tensor.name}" was ${shapeOf(tensor)} and is ${shapeOf(now)}`]);
    }
  }
  for (const tensor of after) {
    if (was.has(tensor.name)) continue;
    // A new input must be fed by everyone; a new output disturbs nobody.
    reasons.push([side === 'input' ? 'MAJOR' : 'MINOR', `the ${side} "${tensor.name}" is new`]);
  }
  return reasons;
}

function featureReasons(before: Comparable, after: Comparable): Reason[] {
  if (before.featureService === after.featureService) return [];
  if (before.featureService === null) return [['MINOR', `it now reads ${after.featureService}`]];
  if (after.featureService === null) return [['MAJOR', `it no longer reads ${before.featureService}`]];
  const [was, is] = [before.features, after.features];
  if (!was || !is) return [['MAJOR', `it reads ${after.featureService}, whose features cannot be compared yet`]];
  const reasons: Reason[] = [];
  for (const [name, dtype] of was) {
    const now = is.get(name);
    if (now === undefined) reasons.push(['MAJOR', `the feature "${name}" is gone`]);
    else if (now !== dtype) reasons.push(['MAJOR', `the feature "${name}" was ${dtype} and is ${now}`]);
  }
  for (const name of is.keys()) if (!was.has(name)) reasons.push(['MINOR', `the feature "${name}" is new`]);
  return reasons.length > 0 ? reasons : [['PATCH', `it reads ${after.featureService}, which has the same features`]];
}

function trainingReasons(before: Comparable, after: Comparable): Reason[] {
  const reasons: Reason[] = [];
  if (before.algorithm !== after.algorithm) {
    reasons.push([
      'MAJOR',
      `the algorithm was ${before.algorithm ?? 'not named'} and is ${after.algorithm ?? 'not named'}`,
    ]);
  }
  if (before.codeCommit !== after.codeCommit) reasons.push(['MINOR', 'the training code changed']);
  if (canonical(before.hyperParameters) !== canonical(after.hyperParameters)) {
    reasons.push(['MINOR', 'the hyper-parameters changed']);
  }
  return reasons;
}

const canonical = (value: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
