import type { SchemaDefinition } from '../../shared/database/schema-definition.ts';
import { Studies } from './migrations/0001-studies.ts';
import { HoldoutRow } from './holdout/holdout.ts';
import { MetricRow } from './metric/metric.ts';
import { StudyRow } from './study.ts';

export const experimentSchema: SchemaDefinition = {
  name: 'experiment',
  entities: [StudyRow, MetricRow, HoldoutRow],
  migrations: [{ name: '0001-studies', class: Studies }],
  // High-rate rows are handled by SQL alone.
  unmapped: [
    'unit',
    'unit_outcome',
    'unit_day',
    'day_sum',
    'pair',
    'answer',
    'unit_event',
    'unit_event_kept',
    'erasure_salt',
    'erased_unit',
    'erased_count',
    'verdict',
    'layers_ahead',
  ],
};
