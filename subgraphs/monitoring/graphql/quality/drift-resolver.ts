import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { NamedCountType, namedCounts } from '../count.ts';
import { DriftReportInput, DriftReportType, DriftSeriesInput, DriftWindowType } from './drift.ts';

@Resolver()
export class DriftResolver {
  @Query(() => DriftReportType, {
    description: 'Compares the score, the features and the inputs of two windows of predictions.',
  })
  @Access(READ)
  async driftReport(
    @Input(() => DriftReportInput, 'Which windows, and how.') input: DriftReportInput,
    @Ctx() context: MonitoringContext,
  ): Promise<DriftReportType> {
    return new DriftReportType(await context.monitoring.drift.report(context, input));
  }

  @Query(() => [DriftReportType], {
    description:
      'The same for each part of a time, one after another, all held against one reference: at most 31 parts; those without answers are left out.',
  })
  @Access(READ)
  async driftSeries(
    @Input(() => DriftSeriesInput, 'Which parts of which time, and against what.') input: DriftSeriesInput,
    @Ctx() context: MonitoringContext,
  ): Promise<DriftReportType[]> {
    const reports = await context.monitoring.drift.series(context, input);
    return reports.map((report) => new DriftReportType(report));
  }
}

@Resolver(() => DriftWindowType)
export class DriftWindowResolver {
  @FieldResolver(() => [NamedCountType], {
    description:
      'Predictions by the layer that decided, and by segment: `DEFAULT`, `VARIANT country=DE`; NONE where the caller named the release. Where this has shifted, ask for one layer or variant before you call it drift.',
  })
  @Access(READ)
  async mix(@Root() { window }: DriftWindowType, @Ctx() { monitoring }: MonitoringContext): Promise<NamedCountType[]> {
    return namedCounts(await monitoring.drift.mix(window));
  }
}
