import type { JoinKey } from '../../../core/codec/address.ts';
import { DomainError } from '../../../core/errors.ts';
import { checkDistinct, checkFieldName, checkName, labelsOf, type Labels, type LabelsInput } from './labels.ts';

/** A thing that features describe: a user, a pair of user and merchant. Its join keys find its rows, as one tuple. */
export interface Entity extends Labels {
  readonly project: string;
  readonly name: string;
  readonly joinKeys: readonly JoinKey[];
  readonly revision: number;
  readonly createdAt: Date;
}

export interface EntityInput extends LabelsInput {
  readonly name: string;
  readonly joinKeys: readonly JoinKey[];
}

const MAX_JOIN_KEYS = 10;

export const sameKeys = (a: readonly JoinKey[], b: readonly JoinKey[]): boolean =>
  a.length === b.length && a.every(({ name, dtype }, i) => name === b[i]?.name && dtype === b[i].dtype);

/**
 * The entity as it stands after a definition. Views hold rows under the join keys, so these stay while a view uses them.
 */
export function defineEntity(
  project: string,
  before: Entity | null,
  input: EntityInput,
  usedBy: readonly { readonly name: string; readonly version: number }[],
  now: Date,
): Entity {
  checkName('name', input.name);
  if (input.joinKeys.length < 1 || input.joinKeys.length > MAX_JOIN_KEYS) {
    throw new DomainError('INVALID_INPUT', `joinKeys: an entity has 1 to ${MAX_JOIN_KEYS}`, { field: 'joinKeys' });
  }
  input.joinKeys.forEach(({ name }, i) => checkFieldName(`joinKeys.${i}.name`, name));
  checkDistinct(
    'joinKeys',
    input.joinKeys.map(({ name }) => name),
  );
  if (before && usedBy.length > 0 && !sameKeys(before.joinKeys, input.joinKeys)) {
    const holder = usedBy.map(({ name, version }) => `${name}@${version}`);
    throw new DomainError(
      'CONFLICT',
      `joinKeys: those of "${input.name}" are in use by ${holder.join(', ')}; define another entity`,
      { field: 'joinKeys', holder, allowed: before.joinKeys },
    );
  }
  return {
    project,
    name: input.name,
    joinKeys: input.joinKeys.map(({ name, dtype }) => ({ name, dtype })),
    ...labelsOf(input),
    revision: (before?.revision ?? 0) + 1,
    createdAt: before?.createdAt ?? now,
  };
}
