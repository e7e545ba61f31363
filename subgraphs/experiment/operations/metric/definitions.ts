import {
  applyDefinitions,
  place,
  type AppliedDefinitions,
  type ApplyOptions,
} from '../../../shared/definitions/apply.ts';
import type { Definition } from '../../../shared/definitions/definition.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { ChangeDeps } from '../../../shared/operations/change.ts';
import { metricIds } from '../../domain/ids.ts';
import { metricAsInput } from '../../domain/metric/metric-as-input.ts';
import { checkMetric, isSameMetric, type Metric } from '../../domain/metric/metric.ts';
import { insertMetric, lockMetric } from '../../storage/metric/metric.ts';
import { experimentDefinition } from '../experiment/experiment-definition.ts';
import type { ExperimentInput } from '../experiment/experiment-draft.ts';
import { holdoutDefinition } from '../holdout/holdout-definition.ts';
import type { HoldoutInput } from '../holdout/holdouts.ts';
import { metricEvent, type MetricInput } from './metrics.ts';
import type { RegistryTraffic } from '../registry-traffic.ts';

/** Definitions of what is measured, as the caller wrote them; what is left out is none. */
export interface MeasurementDefinitionSet {
  readonly metrics?: readonly MetricInput[] | null | undefined;
  readonly holdouts?: readonly HoldoutInput[] | null | undefined;
  readonly experiments?: readonly ExperimentInput[] | null | undefined;
}

interface MeasurementDeps extends ChangeDeps {
  readonly traffic: RegistryTraffic;
}

/** Metrics, and the holdouts and experiments that use them, many at once. */
export class MeasurementDefinitions {
  readonly #deps: MeasurementDeps;

  constructor(deps: MeasurementDeps) {
    this.#deps = deps;
  }

  /** All of them in one transaction. */
  async apply(
    context: RequestContext,
    set: MeasurementDefinitionSet,
    options: ApplyOptions,
  ): Promise<AppliedDefinitions> {
    const placed = [
      ...(await place('metrics', set.metrics, (input) => metricDefinition(context, input, this.#deps.now()))),
      ...(await place('holdouts', set.holdouts, (input) => holdoutDefinition(context, input))),
      ...(await place('experiments', set.experiments, (input) =>
        experimentDefinition(this.#deps.traffic, context, input),
      )),
    ];
    return applyDefinitions(this.#deps, context, placed, options);
  }
}

/** A metric as it shall be; another definition than that of its newest revision is its next revision. */
function metricDefinition({ actor }: RequestContext, input: MetricInput, now: Date): Definition<Metric> {
  const asked: Metric = { ...input, project: actor.project, revision: 1, createdAt: now, createdBy: actor.subject };
  checkMetric(asked);
  return {
    action: 'metric.define',
    subject: metricIds.format(asked),
    idOf: (metric) => metricIds.format(metric),
    asInput: metricAsInput,
    decide: async (em, createdAt) => {
      const before = await lockMetric(em, asked.project, asked.name);
      if (before && isSameMetric(before, asked)) return { before, after: before };
      return { before, after: { ...asked, createdAt, revision: (before?.revision ?? 0) + 1 } };
    },
    save: async (em, { after }) => {
      await insertMetric(em, after);
      return [metricEvent(after)];
    },
  };
}
