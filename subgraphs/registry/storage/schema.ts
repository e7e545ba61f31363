import type { SchemaDefinition } from '../../shared/database/schema-definition.ts';
import { DecisionRow } from './decision.ts';
import { Models } from './migrations/0001-models.ts';
import { ModelRow } from './model.ts';
import { ModelVersionRow } from './model-version.ts';
import { UploadRow } from './upload.ts';

export const registrySchema: SchemaDefinition = {
  name: 'registry',
  entities: [UploadRow, ModelRow, ModelVersionRow, DecisionRow],
  migrations: [{ name: '0001-models', class: Models }],
};
