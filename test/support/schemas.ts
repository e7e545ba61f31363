import { experimentSchema } from '../../subgraphs/experiment/storage/schema.ts';
import { featureSchema } from '../../subgraphs/feature/storage/schema.ts';
import { monitoringSchema } from '../../subgraphs/monitoring/storage/schema.ts';
import { registrySchema } from '../../subgraphs/registry/storage/schema.ts';
import type { SchemaDefinition } from '../../subgraphs/shared/database/schema-definition.ts';

/** Every schema of an install, as its subgraph defines it. */
export const schemas: readonly SchemaDefinition[] = [featureSchema, registrySchema, experimentSchema, monitoringSchema];
