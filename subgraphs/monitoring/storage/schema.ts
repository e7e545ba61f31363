import type { SchemaDefinition } from '../../shared/database/schema-definition.ts';
import { AlertRow } from './alert/alert.ts';
import { AlertRuleRow } from './alert/alert-rule.ts';
import { EdgeNodeRow } from './node/edge-node.ts';
import { SilenceRow } from './alert/silence.ts';
import { MonitoringTables } from './migrations/0001-tables.ts';

export const monitoringSchema: SchemaDefinition = {
  name: 'monitoring',
  entities: [EdgeNodeRow, AlertRuleRow, AlertRow, SilenceRow],
  migrations: [{ name: '0001-tables', class: MonitoringTables }],
  // High-rate rows are handled by SQL alone; those by day get partitions while the process runs.
  unmapped: [
    /^(prediction|outcome|outcome_record|shadow)(_\d{8})?$/,
    /^(prediction_key|prediction_hour|release_version|pending_outcome|outcome_account|exposure|fact|shadow_account|node_stored|node_refusal|node_day|deployment|alert_series|incident|incident_alert|response_policy|response_run|response_step|metric_series|metric_sample|measured_window|profile_part|profile_hour|node_profiled|rollup|rollup_delta|deployment_price|archived_day|archived_file|receiver|alert_routing|alert_group|notification)$/,
  ],
};
