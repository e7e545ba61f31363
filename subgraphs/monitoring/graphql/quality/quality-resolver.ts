import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { PerformanceReportInput } from './performance.ts';
import { PerformanceEstimateType } from './estimate.ts';
import { FairnessReportInput, FairnessReportType } from './fairness.ts';
import { RegressionReportType } from './regression.ts';

@Resolver()
export class QualityResolver {
  @Query(() => PerformanceEstimateType, {
    description: 'How good the scores of a deployment are likely to be, before their outcomes come.',
  })
  @Access(READ)
  async performanceEstimate(
    @Input(() => PerformanceReportInput, 'Which predictions.') input: PerformanceReportInput,
    @Ctx() context: MonitoringContext,
  ): Promise<PerformanceEstimateType> {
    return new PerformanceEstimateType(await context.monitoring.quality.estimate(context, input));
  }

  @Query(() => RegressionReportType, {
    description: 'How far the predicted numbers of a deployment were from what came, by window.',
  })
  @Access(READ)
  async regressionReport(
    @Input(() => PerformanceReportInput, 'Which predictions.') input: PerformanceReportInput,
    @Ctx() context: MonitoringContext,
  ): Promise<RegressionReportType> {
    return new RegressionReportType(await context.monitoring.quality.regression(context, input));
  }

  @Query(() => FairnessReportType, { description: 'Whether a deployment treats groups alike, by window.' })
  @Access(READ)
  async fairnessReport(
    @Input(() => FairnessReportInput, 'Which answers, and by what.') input: FairnessReportInput,
    @Ctx() context: MonitoringContext,
  ): Promise<FairnessReportType> {
    return new FairnessReportType(await context.monitoring.quality.fairness(context, input));
  }
}
