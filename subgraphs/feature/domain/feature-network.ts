import { DomainError } from '../../../core/errors.ts';
import type { NetworkFunction } from '../../../core/windows/network.ts';
import type { Dtype } from '../../../schema/common.ts';
import { checkCategories } from './category.ts';
import { isWhole, windowLengthOf, type WindowLength } from './window-length.ts';

/** Which events mark an entity as bad: those of some categories of a column. */
export interface FeatureNetworkBad extends WindowLength {
  readonly column: string;
  readonly oneOf: readonly string[];
}

/** What a feature says of others that share something with its entity. */
export interface FeatureNetwork extends WindowLength {
  readonly function: NetworkFunction;
  /** The column whose values are shared: a device, a card, an address. */
  readonly through: string;
  readonly limit: number;
  readonly bad: FeatureNetworkBad | null;
}

export interface FeatureNetworkInput {
  readonly function: NetworkFunction;
  readonly through: string;
  readonly windowSeconds: number;
  readonly hopSeconds?: number | null | undefined;
  readonly limit?: number | null | undefined;
  readonly bad?:
    | { readonly column: string; readonly oneOf: readonly string[]; readonly windowSeconds?: number | null | undefined }
    | null
    | undefined;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;
/** Doubles are written differently by every engine, and moments are not what is shared. */
const SHARED: readonly Dtype[] = ['STRING', 'INT64'];

const DTYPES: Readonly<Record<NetworkFunction, Dtype>> = { OTHERS: 'INT64', BAD_OTHERS: 'INT64', CUT: 'BOOL' };
export const networkDtypeOf = ({ function: name }: Pick<FeatureNetwork, 'function'>): Dtype => DTYPES[name];

const refuse = (field: string, message: string, allowed: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, allowed });

/**
 * The network as it is kept. Throws INVALID_INPUT that names the field. `dtypeOf` finds a column of the source; `joinKeys`
 * are the entity's.
 */
export function featureNetworkOf(
  input: FeatureNetworkInput,
  dtypeOf: (column: string, field: string) => Dtype,
  joinKeys: readonly string[],
  field: string,
): FeatureNetwork {
  const { function: name, through } = input;
  const dtype = dtypeOf(through, `${field}.through`);
  if (!SHARED.includes(dtype)) {
    throw refuse(`${field}.through`, `"${through}" is ${dtype}; what is shared is ${SHARED.join(' or ')}`, SHARED);
  }
  if (joinKeys.length === 1 && joinKeys[0] === through) {
    const why = `"${through}" is the key of the entity itself, which nobody shares; name what several of them have`;
    throw refuse(`${field}.through`, why, 'another column than the join key');
  }
  const limit = input.limit ?? DEFAULT_LIMIT;
  if (!isWhole(limit, 1, MAX_LIMIT)) {
    throw refuse(`${field}.limit`, `1 to ${MAX_LIMIT}, not ${limit}`, { min: 1, max: MAX_LIMIT });
  }
  const length = windowLengthOf(input, field);
  return { function: name, through, ...length, limit, bad: badOf(input, length, dtypeOf, `${field}.bad`) };
}

function badOf(
  { function: name, bad }: FeatureNetworkInput,
  own: WindowLength,
  dtypeOf: (column: string, field: string) => Dtype,
  field: string,
): FeatureNetworkBad | null {
  if (name !== 'BAD_OTHERS') {
    if (!bad) return null;
    throw refuse(field, `${name} does not ask who is bad; only BAD_OTHERS does`, 'nothing');
  }
  if (!bad)
    throw refuse(field, 'is missing; BAD_OTHERS counts those that it marks', { column: 'STRING', oneOf: 'text' });
  const { column, oneOf, windowSeconds } = bad;
  checkCategories(column, dtypeOf(column, `${field}.column`), oneOf, field);
  return { column, oneOf, ...(windowSeconds == null ? own : windowLengthOf({ windowSeconds }, field)) };
}

/** What decides a network's answers. */
export const networkKey = ({
  function: name,
  through,
  windowSeconds,
  hopSeconds,
  limit,
  bad,
}: FeatureNetwork): unknown[] => [
  name,
  through,
  windowSeconds,
  hopSeconds,
  limit,
  bad && [bad.column, bad.oneOf, bad.windowSeconds, bad.hopSeconds],
];
