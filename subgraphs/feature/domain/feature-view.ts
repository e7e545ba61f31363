import { DomainError } from '../../../core/errors.ts';
import { Dtype } from '../../../schema/common.ts';
import type { JoinKey } from '../../../core/codec/address.ts';
import type { Entity } from './entity.ts';
import { networkKey, type FeatureNetwork, type FeatureNetworkInput } from './feature-network.ts';
import type { FeatureWindow, FeatureWindowInput } from './feature-window.ts';
import { checkDistinct, checkFieldName, labelsOf, type Labels, type LabelsInput } from './labels.ts';
import type { Pin } from './ids.ts';
import { loggedColumns } from './log-column.ts';
import { canBeRead, columnOf, foundAs, keyColumnOf, timeColumnOf, valueDtypeOf } from './source-column.ts';
import type { Source } from './source.ts';
import { checkEventId, checkTtl, inputsOf, networkFeatureOf, windowFeatureOf, windowKey } from './view-windows.ts';

export interface Feature {
  readonly name: string;
  readonly dtype: Dtype;
  /** The source's column that it is read from; null for a window that counts events, and for a network. */
  readonly column: string | null;
  /** What it says of the events of some time; null where it is none. */
  readonly window: FeatureWindow | null;
  /** What it says of others that share something; null where it is none. What is neither is the newest value of its column. */
  readonly network: FeatureNetwork | null;
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
  /** The columns of the source that only windows and networks read. */
  readonly inputs: readonly { readonly name: string; readonly dtype: Dtype }[];
  /** The column with the id of each event, so that it can be sent twice, corrected and taken back; null: events have none. */
  readonly eventIdColumn: string | null;
  readonly revision: number;
  readonly createdAt: Date;
  /** When its first rows came; rows that were loaded then are history, known since they were created. */
  readonly adoptedAt: Date | null;
}

export interface FeatureInput {
  readonly name: string;
  readonly column?: string | null | undefined;
  readonly dtype?: Dtype | null | undefined;
  readonly window?: FeatureWindowInput | null | undefined;
  readonly network?: FeatureNetworkInput | null | undefined;
  readonly description?: string | null | undefined;
}

export interface FeatureViewInput extends LabelsInput {
  readonly name: string;
  readonly entity: string;
  readonly source: string;
  readonly ttlSeconds: number;
  readonly features: readonly FeatureInput[];
  readonly eventColumn?: string | null | undefined;
  readonly createdColumn?: string | null | undefined;
  readonly eventIdColumn?: string | null | undefined;
}

const MAX_FEATURES = 1_000;
const MAX_TTL_SECONDS = 2_147_483_647;

function featureOf(input: FeatureInput, entity: Entity, source: Source, i: number): Feature {
  checkFieldName(`features.${i}.name`, input.name);
  const { window, network } = input;
  if (network) return networkFeatureOf({ ...input, network }, entity, source, i);
  if (window) return windowFeatureOf({ ...input, window }, source, i);
  const column = columnOf(source.columns, input.column ?? input.name, `features.${i}.column`);
  const own = valueDtypeOf(column, `features.${i}.column`, 'feature');
  const dtype = input.dtype ?? own;
  if (!canBeRead(column, dtype)) {
    throw new DomainError(
      'INVALID_INPUT',
      `features.${i}.dtype: "${column.name}" is ${own} and cannot be read as ${dtype}; its files have ${foundAs(column)}`,
      { field: `features.${i}.dtype`, allowed: Dtype.options.filter((one) => canBeRead(column, one)) },
    );
  }
  if (dtype === 'TIMESTAMP') timeColumnOf(source.columns, column.name, source.assumeUtc, `features.${i}.column`);
  return {
    name: input.name,
    dtype,
    column: column.name,
    window: null,
    network: null,
    description: input.description?.trim() ?? '',
  };
}

function checkKeys(entity: Entity, source: Source): void {
  for (const key of entity.joinKeys) keyColumnOf(source.columns, key, 'entity');
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
    view.features.map(({ name, dtype, column, window, network }) => [
      name,
      dtype,
      column,
      window && windowKey(window),
      network && networkKey(network),
    ]),
    view.eventIdColumn,
  ]);

/** The view's next state: a new version if its schema changed, else the same version with its new labels. */
export function defineFeatureView(
  project: string,
  newest: FeatureView | null,
  input: FeatureViewInput,
  entity: Entity,
  source: Source,
  now: Date,
): FeatureView {
  checkFieldName('name', input.name);
  if (input.name.includes('__')) {
    throw new DomainError('INVALID_INPUT', 'name: a view has no "__", which divides it from its feature', {
      field: 'name',
    });
  }
  if (!Number.isInteger(input.ttlSeconds) || input.ttlSeconds < 0 || input.ttlSeconds > MAX_TTL_SECONDS) {
    throw new DomainError('INVALID_INPUT', `ttlSeconds: 0 (any age) to ${MAX_TTL_SECONDS}, not ${input.ttlSeconds}`, {
      field: 'ttlSeconds',
      allowed: { min: 0, max: MAX_TTL_SECONDS },
    });
  }
  if (input.features.length < 1 || input.features.length > MAX_FEATURES) {
    throw new DomainError('INVALID_INPUT', `features: a view has 1 to ${MAX_FEATURES}`, { field: 'features' });
  }
  checkKeys(entity, source);
  const features = input.features.map((feature, i) => featureOf(feature, entity, source, i));
  checkDistinct(
    'features',
    features.map(({ name }) => name),
  );
  checkTtl(input.ttlSeconds, features);
  const eventIdColumn = input.eventIdColumn ?? null;
  checkEventId(eventIdColumn, features, source);
  const eventColumn = input.eventColumn ?? source.eventColumn;
  const createdColumn = input.createdColumn === undefined ? source.createdColumn : input.createdColumn;
  timeColumnOf(source.columns, eventColumn, source.assumeUtc, 'eventColumn');
  if (createdColumn !== null) timeColumnOf(source.columns, createdColumn, source.assumeUtc, 'createdColumn');
  const next = {
    project,
    name: input.name,
    entity: entity.name,
    joinKeys: entity.joinKeys,
    source: source.name,
    eventColumn,
    createdColumn,
    assumeUtc: source.assumeUtc,
    ttlSeconds: input.ttlSeconds,
    features,
    inputs: inputsOf(features, source),
    eventIdColumn,
    ...labelsOf(input),
  };
  if (newest && schemaOf(newest) === schemaOf(next)) {
    const { version, createdAt, adoptedAt } = newest;
    return { ...next, version, createdAt, adoptedAt, revision: newest.revision + 1 };
  }
  return { ...next, version: (newest?.version ?? 0) + 1, revision: 1, createdAt: now, adoptedAt: null };
}

/** The columns of its source that a view reads. */
export const columnsReadBy = (view: FeatureView): { readonly view: string; readonly column: string }[] =>
  [
    ...view.joinKeys.map(({ name }) => name),
    ...loggedColumns(view).map(({ column }) => column),
    view.eventColumn,
    ...(view.eventIdColumn === null ? [] : [view.eventIdColumn]),
    ...(view.createdColumn === null ? [] : [view.createdColumn]),
  ].map((column) => ({ view: `${view.name}@${view.version}`, column }));

/** The view that a pin names among those that were found; the newest version where it floats. Throws NOT_FOUND. */
export function pickView(found: readonly FeatureView[], pin: Pin | undefined, id: string, field: string): FeatureView {
  const view = found
    .filter(({ name, version }) => name === pin?.name && (pin.version === null || pin.version === version))
    .toSorted((a, b) => b.version - a.version)[0];
  if (view) return view;
  throw new DomainError('NOT_FOUND', `${field}: there is no ${id} here`, { field });
}
