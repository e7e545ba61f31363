import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { CostReportInput, CostReportType } from './cost.ts';

@Resolver()
export class CostResolver {
  @Query(() => CostReportType, {
    description: 'What a deployment cost, and what its decisions came to, at the prices that were in force.',
  })
  @Access(READ)
  async costReport(
    @Input(() => CostReportInput, 'Whose costs, and of what time.') input: CostReportInput,
    @Ctx() context: MonitoringContext,
  ): Promise<CostReportType> {
    return new CostReportType(await context.monitoring.costs.report(context, input));
  }
}
