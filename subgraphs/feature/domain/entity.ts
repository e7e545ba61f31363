import { DomainError } from '../../../core/errors.ts';
import { checkDistinct, checkFieldName, checkName, labelsOf, type Labels, type LabelsWish } from './naming.ts';

export const KEY_DTYPES = ['STRING', 'INT64'] as const;
export type KeyDtype = (typeof KEY_DTYPES)[number];

export interface JoinKey {
  readonly name: string;
  readonly dtype: KeyDtype;
}

/** A thing that features describe: a user, a pair of user and merchant. Its join keys find its rows, as one tuple. */
export interface Entity extends Labels {
  readonly project: string;
  readonly name: string;
  readonly joinKeys: readonly JoinKey[];
  readonly revision: number;
  readonly createdAt: Date;
}

export interface EntityWish extends LabelsWish {
  readonly name: string;
  readonly joinKeys: readonly JoinKey[];
}

const MAX_JOIN_KEYS = 10;

export const sameKeys = (a: readonly JoinKey[], b: readonly JoinKey[]): boolean =>
  a.length === b.length && a.every(({ name, dtype }, i) => name === b[i]?.name && dtype === b[i].dtype);

/**
 * The entity as it stands after a definition. Views hold rows under the join keys, so these stay while a view uses them;
 * `usedBy` names those views.
 */
export function defineEntity(
  project: string,
  before: Entity | null,
  wish: EntityWish,
  usedBy: readonly string[],
  now: Date,
): Entity {
  checkName('name', wish.name);
  if (wish.joinKeys.length < 1 || wish.joinKeys.length > MAX_JOIN_KEYS) {
    throw new DomainError('INVALID_INPUT', `joinKeys: an entity has 1 to ${MAX_JOIN_KEYS}`, { field: 'joinKeys' });
  }
  wish.joinKeys.forEach(({ name }, i) => checkFieldName(`joinKeys.${i}.name`, name));
  checkDistinct(
    'joinKeys',
    wish.joinKeys.map(({ name }) => name),
  );
  if (before && usedBy.length > 0 && !sameKeys(before.joinKeys, wish.joinKeys)) {
    throw new DomainError(
      'CONFLICT',
      `the join keys of "${wish.name}" are in use by ${usedBy.join(', ')}: define another entity`,
      { field: 'joinKeys', holder: usedBy, allowed: before.joinKeys },
    );
  }
  return {
    project,
    name: wish.name,
    joinKeys: wish.joinKeys.map(({ name, dtype }) => ({ name, dtype })),
    ...labelsOf(wish),
    revision: (before?.revision ?? 0) + 1,
    createdAt: before?.createdAt ?? now,
  };
}
