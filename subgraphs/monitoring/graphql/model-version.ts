import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { driftReport } from '../drift.ts';
import { performanceReport } from '../performance.ts';
import { READ } from './access.ts';
import type { MonitoringContext } from './context.ts';
import { DriftReportType } from './drift.ts';
import { PerformanceReportType } from './performance.ts';
import { ModelVersionType } from './references.ts';

const DAY_MS = 86_400_000;
const DAYS_BEFORE = 7;
const PERFORMANCE_DAYS = 28;

/** The newest window that a version answered in, where it answered last. */
async function newestDay(id: string, { reading, actor }: MonitoringContext) {
  const last = await reading.lastServed(id);
  if (!last) return null;
  const to = new Date(last.at.getTime() + 1);
  const { project } = actor;
  const window = { project, deployment: last.deployment, trust: 'server', modelVersion: id, arm: null } as const;
  return { window, to };
}

@Resolver(() => ModelVersionType)
export class ModelVersionResolver {
  @FieldResolver(() => DriftReportType, {
    nullable: true,
    description: `The newest 24 hours that it answered against the ${DAYS_BEFORE} days of its deployment before them; null if it never answered.`,
  })
  @Access(READ)
  async drift(@Root() { id }: ModelVersionType, @Ctx() context: MonitoringContext): Promise<DriftReportType | null> {
    const newest = await newestDay(id, context);
    if (!newest) return null;
    const { window, to } = newest;
    const from = new Date(to.getTime() - DAY_MS);
    const before = new Date(from.getTime() - DAYS_BEFORE * DAY_MS);
    const report = await driftReport(context.db.pool, {
      reference: { ...window, modelVersion: null, from: before, to: from },
      current: { ...window, from, to },
      features: null,
      preset: 'BY_EFFECT',
    });
    return new DriftReportType(report);
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
    const newest = await newestDay(id, context);
    if (!newest) return null;
    const { window, to } = newest;
    const from = new Date(to.getTime() - PERFORMANCE_DAYS * DAY_MS);
    return new PerformanceReportType(await performanceReport(context.db.pool, { ...window, from, to }, 24));
  }
}
