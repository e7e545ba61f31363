import type { AssetEventInput } from '../../../../schema/event.ts';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type ChangeDeps, type Changed } from '../../../shared/operations/change.ts';
import { metricIds } from '../../domain/ids.ts';
import { checkMetric, revise, type Metric } from '../../domain/metric/metric.ts';
import { insertMetric, lockMetric } from '../../storage/metric/metric.ts';

export type MetricInput = Pick<Metric, 'name' | 'description' | 'definition'>;

export interface ReviseMetricInput extends Pick<Metric, 'description' | 'definition'> {
  readonly metric: string;
  readonly expectedRevision: number;
}

/** What can be done with metrics: one method per mutation. */
export class Metrics {
  readonly #deps: ChangeDeps;

  constructor(deps: ChangeDeps) {
    this.#deps = deps;
  }

  create(context: RequestContext, input: MetricInput): Promise<Changed<Metric>> {
    const { project, subject: createdBy } = context.actor;
    const metric: Metric = { ...input, project, revision: 1, createdAt: this.#deps.now(), createdBy };
    checkMetric(metric);
    return change(this.#deps, context, { action: 'metric.create', subject: metricIds.format(metric) }, async (em) => {
      if (await lockMetric(em, project, metric.name)) {
        throw new DomainError('CONFLICT', `name: there is a metric called "${metric.name}" already: revise it`, {
          field: 'name',
        });
      }
      await insertMetric(em, metric);
      return { value: metric, events: [metricEvent(metric)] };
    });
  }

  /** What refers to the revisions of before goes on with these. */
  revise(
    context: RequestContext,
    { metric: id, expectedRevision, ...next }: ReviseMetricInput,
  ): Promise<Changed<Metric>> {
    const key = metricIds.parse(context.actor.project, id, 'metric');
    const name = { action: 'metric.revise', subject: metricIds.format(key) };
    return change(this.#deps, context, name, async (em, createdAt) => {
      const before = await lockMetric(em, key.project, key.name);
      if (!before) throw new DomainError('NOT_FOUND', `metric: there is no metric "${key.name}"`, { field: 'metric' });
      if (before.revision !== expectedRevision) {
        throw new DomainError(
          'CONFLICT',
          `expectedRevision: the metric is at revision ${before.revision}: read it again`,
          {
            field: 'expectedRevision',
            revision: before.revision,
          },
        );
      }
      const value = revise(before, { ...next, createdAt, createdBy: context.actor.subject });
      await insertMetric(em, value);
      return { value, before, events: [metricEvent(value)] };
    });
  }
}

export const metricEvent = (metric: Metric): AssetEventInput => {
  const { project, name, description, revision, createdAt, definition } = metric;
  return {
    urn: metricIds.format(metric),
    kind: 'metric',
    project,
    revision,
    at: createdAt.toISOString(),
    asset: { name, description },
    data: { ...definition },
  };
};
