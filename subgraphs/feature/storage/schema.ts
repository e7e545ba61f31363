import type { SchemaDefinition } from '../../shared/database/schema-definition.ts';
import { EntityRow } from './entity.ts';
import { EventStreamRow } from './event-stream.ts';
import { FeatureServiceRow } from './feature-service.ts';
import { FeatureViewRow } from './feature-view.ts';
import { SegmentRow } from './log/segment.ts';
import { MaterializationRow } from './materialization.ts';
import { Feature } from './migrations/0001-feature.ts';
import { SourceRow } from './source.ts';
import { TrainingSetBuildRow } from './training-set-build.ts';
import { TrainingSetRow } from './training-set.ts';

/** Everything that the feature subgraph stores in Postgres. */
export const featureSchema: SchemaDefinition = {
  name: 'feature',
  entities: [
    EntityRow,
    SourceRow,
    EventStreamRow,
    FeatureViewRow,
    FeatureServiceRow,
    SegmentRow,
    MaterializationRow,
    TrainingSetRow,
    TrainingSetBuildRow,
  ],
  migrations: [{ name: '0001_feature', class: Feature }],
  unmapped: ['pushed_row', 'stream_place', 'stream_problem', 'quarantined_message'],
};
