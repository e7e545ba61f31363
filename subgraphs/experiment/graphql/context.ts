import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Experiments } from '../experiments.ts';
import type { Reading } from '../reading.ts';
import type { Shadows } from '../shadows.ts';

export interface ExperimentContext extends RequestContext {
  readonly reading: Reading;
  readonly experiments: Experiments;
  readonly shadows: Shadows;
}
