import { Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { READ, WRITE } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { DeploymentType } from '../references.ts';
import { PricesConnection, PricesPayload, PricesType, SetPricesInput } from './price.ts';

@Resolver(() => DeploymentType)
export class PriceResolver {
  @FieldResolver(() => PricesConnection, {
    nullable: true,
    description: 'What it costs and has cost, the newest first.',
  })
  @Access(READ)
  prices(
    @Root() { id }: DeploymentType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<PricesType>> {
    return pageOf(args, {
      sortedBy: ['time'],
      rows: (page) => context.monitoring.costs.list(context, id, page),
      keyOf: ({ validFrom }) => [validFrom.toISOString()],
      nodeOf: (prices) => new PricesType(prices),
    });
  }

  @Mutation(() => PricesPayload, {
    description: 'Says what a deployment costs. Prices that were in force never change.',
  })
  @Access(WRITE)
  async setPrices(
    @Input(() => SetPricesInput, 'What costs how much.') input: SetPricesInput,
    @Ctx() context: MonitoringContext,
  ): Promise<PricesPayload> {
    const { value, eventCursor } = await context.monitoring.costs.setPrices(context, input);
    return { prices: new PricesType(value), eventCursor };
  }
}
