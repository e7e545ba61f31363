import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { edgeNodeUrn, parsedId, predictionUrn } from '../../domain/ids.ts';
import type { Outcome } from '../../domain/record/prediction.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { EdgeNodeType } from '../node/edge-node.ts';
import { OutcomeType, PredictionArgs, PredictionConnection, PredictionType } from './prediction.ts';
import { PredictionShadowType } from './shadow.ts';

@Resolver(() => PredictionType)
export class PredictionResolver {
  @Query(() => PredictionType, { nullable: true, description: 'One prediction by its id; null where there is none.' })
  @Access(READ)
  async prediction(
    @Arg('id', () => ID, { description: 'tiffin:<project>:prediction:<uuid>.' }) id: string,
    @Ctx() { actor, loaders }: MonitoringContext,
  ): Promise<PredictionType | null> {
    const found = await loaders.prediction.load(parsedId(predictionUrn, actor.project, id, 'id'));
    return found && new PredictionType(found);
  }

  @Query(() => PredictionConnection, { description: "A deployment's predictions, the newest first." })
  @Access(READ)
  predictions(
    @Args(() => PredictionArgs) args: PredictionArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<PredictionType>> {
    return pageOf(args, {
      sortedBy: ['time', 'uuid'],
      rows: (page) => context.monitoring.reading.predictions(context, args, page),
      keyOf: ({ occurredAt, id }) => [occurredAt.toISOString(), id],
      nodeOf: (row) => new PredictionType(row),
    });
  }

  @FieldResolver(() => OutcomeType, { nullable: true, description: 'What happened in the end, once it is known.' })
  @Access(READ)
  outcome(@Root() { stored }: PredictionType, @Ctx() { loaders }: MonitoringContext): Promise<Outcome | null> {
    return loaders.outcome.load(stored);
  }

  @FieldResolver(() => PredictionShadowType, {
    nullable: true,
    description: 'What a shadow said beside it; null where none was chosen.',
  })
  @Access(READ)
  async shadow(
    @Root() { stored }: PredictionType,
    @Ctx() { loaders }: MonitoringContext,
  ): Promise<PredictionShadowType | null> {
    const shadow = await loaders.shadow.load(stored);
    return shadow && new PredictionShadowType(shadow);
  }

  @FieldResolver(() => EdgeNodeType, {
    nullable: true,
    description: 'The node that answered, if it has ever reported.',
  })
  @Access(READ)
  async node(@Root() { stored }: PredictionType, @Ctx() { loaders }: MonitoringContext): Promise<EdgeNodeType | null> {
    const node = await loaders.edgeNode.load(edgeNodeUrn.format({ project: stored.project, name: stored.node }));
    return node && new EdgeNodeType(node);
  }
}
