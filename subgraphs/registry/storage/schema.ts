import type { SchemaDefinition } from '../../shared/database/schema-definition.ts';
import { AssetEdgeRow, AssetRow } from './asset.ts';
import { DecisionRow } from './decision.ts';
import { DeploymentRow } from './deployment.ts';
import { EndpointRow } from './endpoint.ts';
import { ManifestRow } from './manifest.ts';
import { FirstTables } from './migrations/0001-first-tables.ts';
import { ModelRow } from './model.ts';
import { ModelVersionRow } from './model-version.ts';
import { ReleaseRow } from './release.ts';
import { TrafficRecordRow } from './traffic-record.ts';
import { UploadRow } from './upload.ts';

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
  migrations: [{ name: '0001-first-tables', class: FirstTables }],
  unmapped: ['checkpoint_sent', 'webhook', 'webhook_delivery'],
};
