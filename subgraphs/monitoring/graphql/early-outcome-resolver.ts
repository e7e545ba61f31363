import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { READ } from './access.ts';
import type { MonitoringContext } from './context.ts';
import { EarlyOutcomesType } from './early-outcome.ts';

@Resolver()
export class EarlyOutcomesResolver {
  @Query(() => EarlyOutcomesType, { description: 'Outcomes that wait for the records of their predictions.' })
  @Access(READ)
  earlyOutcomes(@Ctx() context: MonitoringContext): Promise<EarlyOutcomesType> {
    return context.monitoring.earlyOutcomes.count(context);
  }
}
