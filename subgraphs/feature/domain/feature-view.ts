import { DomainError } from '../../../core/errors.ts';
import type { Dtype } from '../../../schema/common.ts';
import type { Entity, JoinKey } from './entity.ts';
import { checkDistinct, checkFieldName, labelsOf, type Labels, type LabelsWish } from './naming.ts';
import { columnOf, timeColumnOf, type Source } from './source.ts';

export interface Feature {
  readonly name: string;
  readonly dtype: Dtype;
  /** The source's column that it is read from. */
  readonly column: string;
  readonly description: string;
}

/** Features of one entity from one source, under one TTL. A version never changes what it answers. */
export interface FeatureView extends Labels {
  readonly project: string;
  readonly name: string;
  readonly version: number;
  readonly entity: string;
  readonly joinKeys: readonly JoinKey[];
  readonly source: string;
  readonly eventColumn: string;
  readonly createdColumn: string | null;
  readonly assumeUtc: boolean;
  /** How old a value may be; 0: any age. */
  readonly ttlSeconds: number;
  readonly features: readonly Feature[];
  readonly revision: number;
  readonly createdAt: Date;
  /** When its first rows came; rows that were loaded then are history, known since they were created. */
  readonly adoptedAt: Date | null;
}

export interface FeatureWish {
  readonly name: string;
  readonly column?: string | null | undefined;
  readonly dtype?: Dtype | null | undefined;
  readonly description?: string | null | undefined;
}

export interface FeatureViewWish extends LabelsWish {
  readonly name: string;
  readonly ttlSeconds: number;
  readonly features: readonly FeatureWish[];
  readonly eventColumn?: string | null | undefined;
  readonly createdColumn?: string | null | undefined;
}

const MAX_FEATURES = 1_000;
const MAX_TTL_SECONDS = 2_147_483_647;

function featureOf(wish: FeatureWish, source: Source, i: number): Feature {
  checkFieldName(`features.${i}.name`, wish.name);
  const column = columnOf(source.columns, wish.column ?? wish.name, `features.${i}.column`);
  if (column.dtype === null) {
    throw new DomainError(
      'INVALID_INPUT',
      `features.${i}.column: "${column.name}" is ${column.nativeType}, which no feature can be`,
      { field: `features.${i}.column` },
    );
  }
  const dtype = wish.dtype ?? column.dtype;
  const widens = dtype === 'FLOAT64' && column.dtype === 'INT64';
  if (dtype !== column.dtype && !widens) {
    throw new DomainError(
      'INVALID_INPUT',
      `features.${i}.dtype: "${column.name}" is ${column.dtype} and cannot be read as ${dtype}`,
      { field: `features.${i}.dtype`, allowed: column.dtype === 'INT64' ? ['INT64', 'FLOAT64'] : [column.dtype] },
    );
  }
  if (dtype === 'TIMESTAMP') timeColumnOf(source.columns, column.name, source.assumeUtc, `features.${i}.column`);
  return { name: wish.name, dtype, column: column.name, description: wish.description?.trim() ?? '' };
}

function checkKeys(entity: Entity, source: Source): void {
  for (const key of entity.joinKeys) {
    const { dtype, nativeType } = columnOf(source.columns, key.name, 'entity');
    if (dtype === key.dtype) continue;
    throw new DomainError(
      'INVALID_INPUT',
      `entity: the join key "${key.name}" is ${key.dtype}, but the source’s column is ${nativeType}`,
      { field: 'entity', allowed: key.dtype },
    );
  }
}

/** What decides a view's answers: a change of any of it makes a new version. */
const schemaOf = (view: Omit<FeatureView, 'version' | 'revision' | 'createdAt' | 'adoptedAt'>): string =>
  JSON.stringify([
    view.entity,
    view.joinKeys.map(({ name, dtype }) => [name, dtype]),
    view.source,
    view.eventColumn,
    view.createdColumn,
    view.assumeUtc,
    view.ttlSeconds,
    view.features.map(({ name, dtype, column }) => [name, dtype, column]),
  ]);

/** The view's next state: a new version if its schema changed, else the same version with its new labels. */
export function defineFeatureView(
  project: string,
  newest: FeatureView | null,
  wish: FeatureViewWish,
  entity: Entity,
  source: Source,
  now: Date,
): FeatureView {
  checkFieldName('name', wish.name);
  if (wish.name.includes('__')) {
    throw new DomainError('INVALID_INPUT', 'name: a view has no "__", which divides it from its feature', {
      field: 'name',
    });
  }
  if (!Number.isInteger(wish.ttlSeconds) || wish.ttlSeconds < 0 || wish.ttlSeconds > MAX_TTL_SECONDS) {
    throw new DomainError('INVALID_INPUT', `ttlSeconds: 0 (any age) to ${MAX_TTL_SECONDS}, not ${wish.ttlSeconds}`, {
      field: 'ttlSeconds',
      allowed: { min: 0, max: MAX_TTL_SECONDS },
    });
  }
  if (wish.features.length < 1 || wish.features.length > MAX_FEATURES) {
    throw new DomainError('INVALID_INPUT', `features: a view has 1 to ${MAX_FEATURES}`, { field: 'features' });
  }
  checkKeys(entity, source);
  const features = wish.features.map((feature, i) => featureOf(feature, source, i));
  checkDistinct(
    'features',
    features.map(({ name }) => name),
  );
  const eventColumn = wish.eventColumn ?? source.eventColumn;
  const createdColumn = wish.createdColumn === undefined ? source.createdColumn : wish.createdColumn;
  timeColumnOf(source.columns, eventColumn, source.assumeUtc, 'eventColumn');
  if (createdColumn !== null) timeColumnOf(source.columns, createdColumn, source.assumeUtc, 'createdColumn');
  const next = {
    project,
    name: wish.name,
    entity: entity.name,
    joinKeys: entity.joinKeys,
    source: source.name,
    eventColumn,
    createdColumn,
    assumeUtc: source.assumeUtc,
    ttlSeconds: wish.ttlSeconds,
    features,
    ...labelsOf(wish),
  };
  if (newest && schemaOf(newest) === schemaOf(next)) {
    const { version, createdAt, adoptedAt } = newest;
    return { ...next, version, createdAt, adoptedAt, revision: newest.revision + 1 };
  }
  return { ...next, version: (newest?.version ?? 0) + 1, revision: 1, createdAt: now, adoptedAt: null };
}
