import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { ExperimentChanges } from '../operations/experiment-changes.ts';
import type { Experiments } from '../operations/experiments.ts';
import type { Reading } from '../operations/reading.ts';
import type { Shadows } from '../operations/shadows.ts';

export interface ExperimentContext extends RequestContext {
  readonly reading: Reading;
  readonly experiments: Experiments;
  readonly shadows: Shadows;
  readonly experimentChanges: ExperimentChanges;
}
