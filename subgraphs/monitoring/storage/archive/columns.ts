import type { ArchiveKind } from '../../domain/retention/archive.ts';

/** Types of Parquet columns, as DuckDB names them. Documents are JSON as text, which every reader of Parquet takes. */
export type ColumnType = 'VARCHAR' | 'TIMESTAMPTZ' | 'DOUBLE' | 'BIGINT';

/** A table with days, and what of it is archived: all of it. */
export interface ArchivedTable {
  readonly table: string;
  /** The column that says which day a row is of. */
  readonly at: string;
  /** Rows lie in this order. */
  readonly order: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
}

const texts = (...names: readonly string[]): Record<string, ColumnType> =>
  Object.fromEntries(names.map((name) => [name, 'VARCHAR' as const]));

const outcomes: Readonly<Record<string, ColumnType>> = {
  ...texts('project', 'prediction_id', 'trust', 'id'),
  prediction_at: 'TIMESTAMPTZ',
  value: 'DOUBLE',
  occurred_at: 'TIMESTAMPTZ',
  received_at: 'TIMESTAMPTZ',
};

export const ARCHIVED: Readonly<Record<ArchiveKind, ArchivedTable>> = {
  PREDICTION: {
    table: 'prediction',
    at: 'occurred_at',
    order: 'occurred_at, id',
    columns: {
      ...texts('project', 'id'),
      occurred_at: 'TIMESTAMPTZ',
      received_at: 'TIMESTAMPTZ',
      node_time: 'TIMESTAMPTZ',
      ...texts('trust', 'node', 'epoch'),
      seq: 'BIGINT',
      ...texts('deployment', 'release', 'models', 'unit', 'arm', 'holder'),
      holder_revision: 'BIGINT',
      bucket: 'DOUBLE',
      ...texts('layer', 'variant', 'holdout', 'segments'),
      score: 'DOUBLE',
      ...texts(
        'decision',
        'rules',
        'fallback',
        'fallback_action',
        'forced',
        'inputs',
        'features',
        'reasons',
        'timings',
      ),
    },
  },
  OUTCOME: { table: 'outcome', at: 'prediction_at', order: 'prediction_at, prediction_id, trust', columns: outcomes },
  OUTCOME_RECORD: {
    table: 'outcome_record',
    at: 'prediction_at',
    order: 'prediction_at, prediction_id, id',
    columns: outcomes,
  },
  SHADOW: {
    table: 'shadow',
    at: 'occurred_at',
    order: 'occurred_at, prediction_id',
    columns: {
      ...texts('project', 'prediction_id'),
      occurred_at: 'TIMESTAMPTZ',
      id: 'VARCHAR',
      received_at: 'TIMESTAMPTZ',
      ...texts('trust', 'node', 'deployment', 'holder'),
      holder_revision: 'BIGINT',
      ...texts('release', 'models'),
      score: 'DOUBLE',
      ...texts('decision', 'failure', 'timings'),
    },
  },
};
