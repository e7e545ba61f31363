import type { SchemaDefinition } from '../../shared/database/schema-definition.ts';
import { AssetEdgeRow, AssetRow } from './catalogue/asset.ts';
import { DecisionRow } from './version/decision.ts';
import { DeploymentRow } from './serving/deployment.ts';
import { EndpointRow } from './serving/endpoint.ts';
import { ManifestRow } from './serving/manifest.ts';
import { FirstTables } from './migrations/0001-first-tables.ts';
import { Shadow } from './migrations/0002-shadow.ts';
import { Webhooks } from './migrations/0004-webhooks.ts';
import { Checkpoints } from './migrations/0005-checkpoints.ts';
import { ModelRow } from './version/model.ts';
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
    DecisionRow,
    EndpointRow,
    DeploymentRow,
    ReleaseRow,
    TrafficRecordRow,
    ManifestRow,
    AssetRow,
    AssetEdgeRow,
  ],
  migrations: [
    { name: '0001-first-tables', class: FirstTables },
    { name: '0002-shadow', class: Shadow },
    { name: '0004-webhooks', class: Webhooks },
    { name: '0005-checkpoints', class: Checkpoints },
  ],
  unmapped: ['checkpoint_sent'],
};
