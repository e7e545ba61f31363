import type { SchemaDefinition } from '../../shared/database/schema-definition.ts';
import { ExperimentRow } from './experiment.ts';
import { Shadows } from './migrations/0002-shadow.ts';
import { ShadowRow } from './shadow.ts';
import { Experiments } from './migrations/0001-experiments.ts';

export const experimentSchema: SchemaDefinition = {
  name: 'experiment',
  entities: [ExperimentRow, ShadowRow],
  migrations: [
    { name: '0001-experiments', class: Experiments },
    { name: '0002-shadow', class: Shadows },
  ],
  // High-rate rows are handled by SQL alone.
  unmapped: ['unit', 'unit_outcome', 'shadow_pair'],
};
