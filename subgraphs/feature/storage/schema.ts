import type { SchemaDefinition } from '../../shared/database/schema-definition.ts';
import { EntityRow } from './entity.ts';
import { FeatureServiceRow } from './feature-service.ts';
import { FeatureViewRow } from './feature-view.ts';
import { Definitions } from './migrations/0001-definitions.ts';
import { SourceRow } from './source.ts';

/** Everything that the feature subgraph stores in Postgres. */
export const featureSchema: SchemaDefinition = {
  name: 'feature',
  entities: [EntityRow, SourceRow, FeatureViewRow, FeatureServiceRow],
  migrations: [{ name: '0001_definitions', class: Definitions }],
};
