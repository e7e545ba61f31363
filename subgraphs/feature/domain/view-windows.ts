import { DomainError } from '../../../core/errors.ts';
import type { Dtype } from '../../../schema/common.ts';
import type { Entity } from './entity.ts';
import { featureNetworkOf, networkDtypeOf, type FeatureNetworkInput } from './feature-network.ts';
import type { Feature, FeatureInput, FeatureView } from './feature-view.ts';
import { featureWindowOf, windowDtypeOf, type FeatureWindow, type FeatureWindowInput } from './feature-window.ts';
import { columnFeatures, columnsReadByFeature } from './log-column.ts';
import { columnOf, timeColumnOf, valueDtypeOf } from './source-column.ts';
import type { Source } from './source.ts';

/** The type of a column that a feature or a window reads. Throws INVALID_INPUT where nothing can be read from it. */
function sourceDtype(source: Source, name: string, field: string): Dtype {
  const dtype = valueDtypeOf(columnOf(source.columns, name, field), field, 'feature');
  if (dtype === 'TIMESTAMP') timeColumnOf(source.columns, name, source.assumeUtc, field);
  return dtype;
}

/** A feature that is a window. Throws INVALID_INPUT that names the field. */
export function windowFeatureOf(
  input: FeatureInput & { window: FeatureWindowInput },
  source: Source,
  i: number,
): Feature {
  const field = `features.${i}`;
  const window = featureWindowOf(input.window, (name, at) => sourceDtype(source, name, at), `${field}.window`);
  const name = input.column ?? null;
  const column = name === null ? null : { name, dtype: sourceDtype(source, name, `${field}.column`) };
  const dtype = windowDtypeOf(window, column, `${field}.column`);
  checkDtype(input, dtype, window.function, field);
  return { name: input.name, dtype, column: name, window, network: null, description: input.description?.trim() ?? '' };
}

/** A feature that is a network. Throws INVALID_INPUT that names the field. */
export function networkFeatureOf(
  input: FeatureInput & { network: FeatureNetworkInput },
  entity: Entity,
  source: Source,
  i: number,
): Feature {
  const field = `features.${i}`;
  if (input.window) throw oneOnly(`${field}.window`, 'a feature is a window or a network, not both');
  if (input.column != null) throw oneOnly(`${field}.column`, 'a network names its column as "through"');
  const keys = entity.joinKeys.map(({ name }) => name);
  const network = featureNetworkOf(
    input.network,
    (name, at) => sourceDtype(source, name, at),
    keys,
    `${field}.network`,
  );
  const dtype = networkDtypeOf(network);
  checkDtype(input, dtype, network.function, field);
  const description = input.description?.trim() ?? '';
  return { name: input.name, dtype, column: null, window: null, network, description };
}

const oneOnly = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, allowed: 'nothing' });

function checkDtype(input: FeatureInput, dtype: Dtype, name: string, field: string): void {
  if (!input.dtype || input.dtype === dtype) return;
  throw new DomainError('INVALID_INPUT', `${field}.dtype: this ${name} is ${dtype}, not ${input.dtype}`, {
    field: `${field}.dtype`,
    allowed: [dtype],
  });
}

/**
 * The columns that windows and networks read and that are no feature of the same name. Throws INVALID_INPUT where the name of a feature
 * stands for another column: a row of the log has each name once.
 */
export function inputsOf(features: readonly Feature[], source: Source): FeatureView['inputs'] {
  const columns = columnFeatures({ features });
  const others = features.filter((feature) => !columns.some((one) => one === feature));
  const names = new Set(others.flatMap(columnsReadByFeature));
  return [...names].flatMap((name) => {
    const like = columns.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (like && like.column === name && like.name === name) return [];
    if (like) {
      const i = features.indexOf(like);
      const why = `"${like.name}" is of column "${like.column}", but another feature reads the column "${name}"; name it otherwise`;
      throw new DomainError('INVALID_INPUT', `features.${i}.name: ${why}`, { field: `features.${i}.name` });
    }
    return [{ name, dtype: sourceDtype(source, name, 'features') }];
  });
}

const noEventId = (message: string, allowed: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `eventIdColumn: ${message}`, { field: 'eventIdColumn', allowed });

/** Ids make versions of events, which only windows and networks know of: a column's newest row is found by its time. */
export function checkEventId(column: string | null, features: readonly Feature[], source: Source): void {
  if (column === null) return;
  const [other] = columnFeatures({ features });
  if (other) {
    throw noEventId(
      `"${other.name}" is a column; ids of events are for views of windows and networks alone`,
      'a view of windows and networks alone',
    );
  }
  const dtype = valueDtypeOf(columnOf(source.columns, column, 'eventIdColumn'), 'eventIdColumn', 'id');
  if (dtype !== 'STRING' && dtype !== 'INT64')
    throw noEventId(`"${column}" is ${dtype}; an id is STRING or INT64`, ['STRING', 'INT64']);
}

/** Windows and networks say themselves how far they look back, and are as old as their reading. */
export function checkTtl(ttlSeconds: number, features: readonly Feature[]): void {
  if (ttlSeconds === 0 || columnFeatures({ features }).length > 0) return;
  throw new DomainError('INVALID_INPUT', `ttlSeconds: 0 where no feature is a column, not ${ttlSeconds}`, {
    field: 'ttlSeconds',
    allowed: 0,
  });
}

/** What decides a window's answers. */
export const windowKey = ({ function: name, windowSeconds, hopSeconds, where }: FeatureWindow): unknown[] => [
  name,
  windowSeconds,
  hopSeconds,
  where && [where.column, where.oneOf, where.hours, where.utcOffsetMinutes],
];
