import type { SchemaDefinition } from '../../shared/database/schema-definition.ts';
import { AlertRow } from './alert.ts';
import { AlertRuleRow } from './alert-rule.ts';
import { EdgeNodeRow } from './edge-node.ts';
import { ForcedMigration } from './migrations/0003-forced.ts';
import { ShadowMigration } from './migrations/0002-shadow.ts';
import { GroundMigration } from './migrations/0001-ground.ts';

export const monitoringSchema: SchemaDefinition = {
  name: 'monitoring',
  entities: [EdgeNodeRow, AlertRuleRow, AlertRow],
  migrations: [
    { name: '0001-ground', class: GroundMigration },
    { name: '0002-shadow', class: ShadowMigration },
    { name: '0003-forced', class: ForcedMigration },
  ],
  // High-rate rows are handled by SQL alone; those by day get partitions while the process runs.
  unmapped: [
    /^(prediction|outcome|outcome_record|shadow)(_\d{8})?$/,
    /^(prediction_key|prediction_hour|exposure|fact|shadow_account|node_stored|node_day|deployment)$/,
  ],
};
