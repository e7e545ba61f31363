import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { PerformanceReportInput, PerformanceReportType } from './performance.ts';

@Resolver()
export class PerformanceResolver {
  @Query(() => PerformanceReportType, { description: 'How good the scores of a deployment were, by window.' })
  @Access(READ)
  async performanceReport(
    @Input(() => PerformanceReportInput, 'Which predictions.') input: PerformanceReportInput,
    @Ctx() context: MonitoringContext,
  ): Promise<PerformanceReportType> {
    return new PerformanceReportType(await context.monitoring.performance.report(context, input));
  }
}
