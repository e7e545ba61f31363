import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { DAYS_BEFORE } from '../operations/quality/drift.ts';
import { PERFORMANCE_DAYS } from '../operations/quality/performance.ts';
import { READ } from './access.ts';
import type { MonitoringContext } from './context.ts';
import { DriftReportType } from './quality/drift.ts';
import { HealthType } from './health.ts';
import { PerformanceReportType } from './quality/performance.ts';
import { ModelVersionType } from './references.ts';

@Resolver(() => ModelVersionType)
export class ModelVersionResolver {
  @FieldResolver(() => HealthType, {
    nullable: true,
    description:
      'Whether it is well, where it answered last: traffic, inputs, outcomes and incidents in one answer, with reasons.',
  })
  @Access(READ)
  async health(@Root() { id }: ModelVersionType, @Ctx() context: MonitoringContext): Promise<HealthType> {
    return new HealthType(await context.monitoring.health.ofVersion(context, id));
  }

  @FieldResolver(() => DriftReportType, {
    nullable: true,
    description: `The newest 24 hours that it answered against the ${DAYS_BEFORE} days of its deployment before them; null if it never answered.`,
  })
  @Access(READ)
  async drift(@Root() { id }: ModelVersionType, @Ctx() context: MonitoringContext): Promise<DriftReportType | null> {
    const report = await context.monitoring.drift.ofVersion(context, id);
    return report && new DriftReportType(report);
  }

  @FieldResolver(() => PerformanceReportType, {
    nullable: true,
    description: `The newest ${PERFORMANCE_DAYS} days that it answered, day by day; null if it never answered.`,
  })
  @Access(READ)
  async performance(
    @Root() { id }: ModelVersionType,
    @Ctx() context: MonitoringContext,
  ): Promise<PerformanceReportType | null> {
    const report = await context.monitoring.performance.ofVersion(context, id);
    return report && new PerformanceReportType(report);
  }
}
