import { urnIn } from '../../../core/urn-grammar.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { deploymentUrn } from '../domain/ids.ts';
import type { MeasurementDefinitions } from '../operations/definitions.ts';
import type { ExperimentChanges } from '../operations/experiment-changes.ts';
import type { Experiments } from '../operations/experiments.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { Reading } from '../operations/reading.ts';
import type { Rollouts } from '../operations/rollouts.ts';
import type { Shadows } from '../operations/shadows.ts';

export interface ExperimentContext extends RequestContext {
  readonly reading: Reading;
  readonly experiments: Experiments;
  readonly shadows: Shadows;
  readonly rollouts: Rollouts;
  readonly metrics: Metrics;
  readonly definitions: MeasurementDefinitions;
  readonly experimentChanges: ExperimentChanges;
}

/** The deployment that a list is narrowed to, by its whole id; null where it is not. */
export const deploymentIn = ({ actor }: RequestContext, id: string | null | undefined): string | null =>
  typeof id === 'string' ? urnIn(deploymentUrn, actor.project, id, 'deployment') : null;
