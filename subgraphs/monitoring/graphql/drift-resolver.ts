import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { Input } from '../../shared/graphql/input.ts';
import { READ } from './access.ts';
import type { MonitoringContext } from './context.ts';
import { DriftReportInput, DriftReportType } from './drift.ts';

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
}
