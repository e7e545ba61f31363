import type { Dtype } from '../../../../schema/common.ts';
import type { FeatureView } from '../../domain/feature-view.ts';
import { loggedColumns } from '../../domain/log-column.ts';
import { sqlName } from '../../../shared/duckdb/duckdb.ts';

/** How the log's Parquet names its columns; times are whole milliseconds since 1970. */
export const keyColumn = (joinKey: string): string => sqlName(`key_${joinKey}`);
export const featureColumn = (feature: string): string => sqlName(`feature_${feature}`);

export const SQL_TYPES: Readonly<Record<Dtype, string>> = {
  FLOAT64: 'DOUBLE',
  INT64: 'BIGINT',
  BOOL: 'BOOLEAN',
  STRING: 'VARCHAR',
  TIMESTAMP: 'BIGINT',
};

export const keyColumns = ({ joinKeys }: FeatureView): string[] => joinKeys.map(({ name }) => keyColumn(name));
export const featureColumns = (view: FeatureView): string[] =>
  loggedColumns(view).map(({ name }) => featureColumn(name));

/** The id of a row's event and whether the row takes it back, where a view's events have ids. */
export const EVENT_ID = 'event_id';
export const RETRACTED = 'retracted';
export const hasEventIds = ({ eventIdColumn }: FeatureView): boolean => eventIdColumn !== null;
