import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, PageArgs } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import type { Changed } from '../../../shared/operations/change.ts';
import { metricIds } from '../../domain/ids.ts';
import type { Metric } from '../../domain/metric/metric.ts';
import { READ, WRITE } from '../access.ts';
import type { ExperimentContext } from '../context.ts';
import {
  CreateMetricInput,
  MetricConnection,
  MetricPayload,
  MetricRevisionType,
  MetricType,
  ReviseMetricInput,
  type MetricPage,
} from './metric.ts';

const payload = ({ value, eventCursor }: Changed<Metric>): MetricPayload => ({
  metric: new MetricType(value),
  eventCursor,
});

@Resolver(() => MetricType)
export class MetricResolver {
  @Query(() => MetricType, { nullable: true, description: 'One metric by its id; null where there is none.' })
  @Access(READ)
  async metric(
    @Arg('id', () => ID, { description: 'tiffin:<project>:metric:<name>, or the name.' }) id: string,
    @Ctx() { reading, actor }: ExperimentContext,
  ): Promise<MetricType | null> {
    const found = await reading.metric.load(metricIds.format(metricIds.parse(actor.project, id)));
    return found && new MetricType(found);
  }

  @Query(() => MetricConnection, { description: 'Metrics by name.' })
  @Access(READ)
  metrics(@Args(() => PageArgs) args: PageArgs, @Ctx() { reading }: ExperimentContext): Promise<MetricPage> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => reading.metrics(page),
      keyOf: ({ name }) => [name],
      nodeOf: (row) => new MetricType(row),
    });
  }

  @FieldResolver(() => [MetricRevisionType], { description: 'All its definitions, the newest first.' })
  @Access(READ)
  async revisions(
    @Root() { name }: MetricType,
    @Ctx() { reading }: ExperimentContext,
  ): Promise<readonly MetricRevisionType[]> {
    return (await reading.metricRevisions(name)).map((row) => new MetricRevisionType(row));
  }

  @Mutation(() => MetricPayload, { description: 'Defines a metric.' })
  @Access(WRITE)
  async createMetric(
    @Input(() => CreateMetricInput, 'The metric.') { name, description, definition }: CreateMetricInput,
    @Ctx() context: ExperimentContext,
  ): Promise<MetricPayload> {
    return payload(await context.metrics.create(context, { name, description, definition }));
  }

  @Mutation(() => MetricPayload, {
    description: 'Gives a metric another definition; what refers to a revision of before goes on with that one.',
  })
  @Access(WRITE)
  async reviseMetric(
    @Input(() => ReviseMetricInput, 'The new definition.') {
      metric,
      description,
      definition,
      expectedRevision,
    }: ReviseMetricInput,
    @Ctx() context: ExperimentContext,
  ): Promise<MetricPayload> {
    return payload(await context.metrics.revise(context, { metric, description, definition, expectedRevision }));
  }
}
