import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { Trust } from '../../domain/trust.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { TrustEnum } from '../enums.ts';
import { OutcomeAccountType } from './outcome-account.ts';

@Resolver()
export class OutcomeAccountResolver {
  @Query(() => OutcomeAccountType, { description: 'Whether outcomes wait for their predictions, or were lost.' })
  @Access(READ)
  outcomeAccount(
    @Ctx() context: MonitoringContext,
    @Arg('trust', () => TrustEnum, {
      defaultValue: 'server',
      description: 'Outcomes of enrolled nodes and services, or those of devices.',
    })
    trust: Trust,
  ): Promise<OutcomeAccountType> {
    return context.monitoring.outcomes.account(context, trust);
  }
}
