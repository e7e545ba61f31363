import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { pageOf, PageArgs, type Connection } from '../../../shared/graphql/connection.ts';
import type { RegistryContext } from '../context.ts';
import {
  MeasurementsArgs,
  RunFileConnection,
  RunFileType,
  RunMeasurementConnection,
  RunMeasurementType,
  TrainingRunType,
} from './training-run.ts';

@Resolver(() => TrainingRunType)
export class TrainingRunResolver {
  @FieldResolver(() => RunMeasurementConnection, { description: 'All values of one metric, by step.' })
  measurements(
    @Root() { source }: TrainingRunType,
    @Args(() => MeasurementsArgs) args: MeasurementsArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<RunMeasurementType>> {
    return pageOf(args, {
      sortedBy: ['number', 'number', 'string'],
      rows: ({ first, after }) => {
        const [step, timestampMs, value] = after ?? [];
        const place = after ? { step: Number(step), timestampMs: Number(timestampMs), value: Number(value) } : null;
        const asked = { run: source.id, key: args.key };
        return context.registry.trainingRuns.measurements(context, asked, { limit: first + 1, after: place });
      },
      keyOf: ({ step, timestampMs, value }) => [step, timestampMs, String(value)],
      nodeOf: (one) => new RunMeasurementType(one),
    });
  }

  @FieldResolver(() => RunFileConnection, { description: 'Its files, by path.' })
  files(
    @Root() { source }: TrainingRunType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<RunFileType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: ({ first, after }) =>
        context.registry.artifacts.ofRun(context, source.id, { limit: first + 1, after: String(after?.[0] ?? '') }),
      keyOf: ({ path }) => [path],
      nodeOf: (file) => new RunFileType(file),
    });
  }
}
