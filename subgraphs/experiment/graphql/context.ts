import { urnIn } from '../../../core/urn-grammar.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Experiment } from '../domain/experiment/experiment.ts';
import { deploymentUrn } from '../domain/ids.ts';
import type { Rollout } from '../domain/rollout/rollout.ts';
import type { Shadow } from '../domain/shadow/shadow.ts';
import type { MeasurementDefinitions } from '../operations/metric/definitions.ts';
import type { Experiments } from '../operations/experiment/experiments.ts';
import type { Holdouts } from '../operations/holdout/holdouts.ts';
import type { EventRetention } from '../operations/metric/event-retention.ts';
import type { UnitErasures } from '../operations/erasure/unit-erasures.ts';
import type { Metrics } from '../operations/metric/metrics.ts';
import type { Reading } from '../operations/reading.ts';
import type { Rollouts } from '../operations/rollout/rollouts.ts';
import type { Shadows } from '../operations/shadow/shadows.ts';
import type { StudyChanges } from '../operations/study-changes.ts';

export interface ExperimentContext extends RequestContext {
  readonly reading: Reading;
  readonly experiments: Experiments;
  readonly shadows: Shadows;
  readonly rollouts: Rollouts;
  readonly metrics: Metrics;
  readonly holdouts: Holdouts;
  readonly eventRetention: EventRetention;
  readonly unitErasures: UnitErasures;
  readonly changes: {
    readonly experiment: StudyChanges<Experiment>;
    readonly rollout: StudyChanges<Rollout>;
    readonly shadow: StudyChanges<Shadow>;
  };
  readonly definitions: MeasurementDefinitions;
}

/** The deployment that a list is narrowed to, by its whole id; null where it is not. */
export const deploymentIn = ({ actor }: RequestContext, id: string | null | undefined): string | null =>
  typeof id === 'string' ? urnIn(deploymentUrn, actor.project, id, 'deployment') : null;
