import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { Trust } from '../../domain/trust.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { TrustEnum } from '../enums.ts';
import { ShadowType } from '../references.ts';
import { ShadowAccountingType } from './shadow.ts';

@Resolver(() => ShadowType)
export class ShadowResolver {
  @FieldResolver(() => ShadowAccountingType, {
    nullable: true,
    description: 'What nodes tell of the answers that it was chosen for, over all their runs.',
  })
  @Access(READ)
  async accounting(
    @Root() { id }: ShadowType,
    @Ctx() context: MonitoringContext,
    @Arg('trust', () => TrustEnum, {
      defaultValue: 'server',
      description: 'What enrolled nodes tell, or what devices do.',
    })
    trust: Trust,
  ): Promise<ShadowAccountingType> {
    return new ShadowAccountingType(await context.monitoring.reading.shadowAccount(context, id, trust));
  }
}
