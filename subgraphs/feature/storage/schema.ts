import type { SchemaDefinition } from '../../shared/database/schema-definition.ts';
import { EntityRow } from './entity.ts';
import { FeatureServiceRow } from './feature-service.ts';
import { FeatureViewRow } from './feature-view.ts';
import { SegmentRow } from './log/segment.ts';
import { MaterializationRow } from './materialization.ts';
import { Definitions } from './migrations/0001-definitions.ts';
import { Log } from './migrations/0002-log.ts';
import { TrainingSets } from './migrations/0003-training-sets.ts';
import { OnlineAt } from './migrations/0010-online-at.ts';
import { SourceRow } from './source.ts';
import { TrainingSetBuildRow } from './training-set-build.ts';
import { TrainingSetRow } from './training-set.ts';

/** Everything that the feature subgraph stores in Postgres. */
export const featureSchema: SchemaDefinition = {
  name: 'feature',
  entities: [
    EntityRow,
    SourceRow,
    FeatureViewRow,
    FeatureServiceRow,
    SegmentRow,
    MaterializationRow,
    TrainingSetRow,
    TrainingSetBuildRow,
  ],
  migrations: [
    { name: '0001_definitions', class: Definitions },
    { name: '0002_log', class: Log },
    { name: '0003_training_sets', class: TrainingSets },
    { name: '0010_online_at', class: OnlineAt },
  ],
  unmapped: ['pushed_row'],
};
