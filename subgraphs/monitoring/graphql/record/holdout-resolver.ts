import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { HoldoutReportInput, HoldoutReportType } from './holdout.ts';

@Resolver()
export class HoldoutResolver {
  @Query(() => HoldoutReportType, {
    description: 'What became of the units of a holdout and of everyone else, with the difference and its interval.',
  })
  @Access(READ)
  async holdoutReport(
    @Input(() => HoldoutReportInput, 'Which predictions.') input: HoldoutReportInput,
    @Ctx() context: MonitoringContext,
  ): Promise<HoldoutReportType> {
    return new HoldoutReportType(await context.monitoring.holdouts.report(context, input));
  }
}
