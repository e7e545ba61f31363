import type { SchemaDefinition } from '../../shared/database/schema-definition.ts';
import { AssetEdgeRow, AssetRow } from './catalogue/asset.ts';
import { AssetNoteRow } from './catalogue/asset-note.ts';
import { SavedSearchRow } from './catalogue/saved-search.ts';
import { BreakGlassRow } from './governance/break-glass.ts';
import { StandingApprovalRow } from './governance/standing-approval.ts';
import { TierPolicyRow } from './governance/tier-policy.ts';
import { ApprovalStepRow } from './version/approval-step.ts';
import { DeploymentRow } from './serving/deployment.ts';
import { FeatureSnapshotRow } from './serving/feature-snapshot.ts';
import { EndpointRow } from './serving/endpoint.ts';
import { ManifestRow } from './serving/manifest.ts';
import { FirstTables } from './migrations/0001-first-tables.ts';
import { ModelRow } from './version/model.ts';
import { ModelJobRow } from './version/model-job.ts';
import { ModelVersionRow } from './version/model-version.ts';
import { ReleaseRow } from './serving/release.ts';
import { TrafficRecordRow } from './serving/traffic-record.ts';
import { UploadRow } from './version/upload.ts';

export const registrySchema: SchemaDefinition = {
  name: 'registry',
  // A webhook's secret signs for us.
  secret: ['webhook'],
  entities: [
    UploadRow,
    ModelRow,
    ModelVersionRow,
    ApprovalStepRow,
    TierPolicyRow,
    BreakGlassRow,
    StandingApprovalRow,
    ModelJobRow,
    EndpointRow,
    DeploymentRow,
    ReleaseRow,
    TrafficRecordRow,
    ManifestRow,
    FeatureSnapshotRow,
    AssetRow,
    AssetEdgeRow,
    AssetNoteRow,
    SavedSearchRow,
  ],
  migrations: [{ name: '0001-first-tables', class: FirstTables }],
  unmapped: [
    'checkpoint_sent',
    'webhook',
    'webhook_delivery',
    'lineage_event',
    'lineage_noun',
    'lineage_run',
    'node_key',
    'enrolment_token',
    'reminder',
    'preset_import',
    'run_group',
    'training_run',
    'run_metric',
    'run_artifact',
    'dropped_blob',
    'logged_model',
    'label_set',
    'model_alias',
    'version_origin',
  ],
};
