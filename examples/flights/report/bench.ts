import type { DuckDBConnection } from '@duckdb/node-api';
import type { DataFiles } from '../data/prepare.ts';
import type { ProgressOutput } from '../../shared/progress.ts';

/** What every part of the report works with. */
export interface Bench {
  readonly duck: DuckDBConnection;
  readonly files: DataFiles;
  readonly output: ProgressOutput;
}
