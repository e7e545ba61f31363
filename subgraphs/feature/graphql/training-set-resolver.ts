import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../shared/graphql/connection.ts';
import { Input } from '../../shared/graphql/input.ts';
import { serviceUrn, trainingSetUrn } from '../domain/ids.ts';
import type { BuildEnd } from '../operations/training-sets.ts';
import { READ, WRITE } from './access.ts';
import type { FeatureContext } from './context.ts';
import { FeatureServiceType } from './feature-service.ts';
import {
  CreateTrainingSetInput,
  RebuildTrainingSetInput,
  TrainingSetBuildType,
  TrainingSetConnection,
  TrainingSetPayload,
  TrainingSetType,
} from './training-set.ts';

@ArgsType()
class TrainingSetsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of this service; with a version only of that one.' })
  readonly service?: string | null;
}

const payloadOf = ({ build, trainingSet, eventCursor }: BuildEnd): TrainingSetPayload => ({
  trainingSet: trainingSet && new TrainingSetType(trainingSet),
  build: new TrainingSetBuildType(build),
  eventCursor,
});

@Resolver(() => TrainingSetType)
export class TrainingSetResolver {
  @Query(() => TrainingSetType, {
    nullable: true,
    description: 'The training set with this id; null if there is none.',
  })
  @Access(READ)
  async trainingSet(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() { loaders, actor }: FeatureContext,
  ): Promise<TrainingSetType | null> {
    const key = trainingSetUrn.lookUp(actor.project, id);
    const found = key && (await loaders.trainingSet.load(key.key));
    return found && new TrainingSetType(found);
  }

  @Query(() => TrainingSetConnection, { description: 'All training sets, newest first.' })
  @Access(READ)
  async trainingSets(
    @Args(() => TrainingSetsArgs) { service, ...args }: TrainingSetsArgs,
    @Ctx() context: FeatureContext,
  ): Promise<Connection<TrainingSetType>> {
    const pin = typeof service === 'string' ? serviceUrn.parse(context.actor.project, service, 'service') : null;
    return pageOf(args, {
      sortedBy: ['number', 'string'],
      rows: (page) => context.reading.listTrainingSets(context, page, pin),
      keyOf: ({ createdAt, key }) => [createdAt.getTime(), key],
      nodeOf: (row) => new TrainingSetType(row),
    });
  }

  @FieldResolver(() => FeatureServiceType, {
    nullable: true,
    description: 'The service version whose features it holds.',
  })
  @Access(READ)
  async service(@Root() set: TrainingSetType, @Ctx() { loaders }: FeatureContext): Promise<FeatureServiceType | null> {
    const found = await loaders.service.load(set.of);
    return found && new FeatureServiceType(found);
  }

  @Mutation(() => TrainingSetPayload, {
    description: 'Joins a service’s features to rows, each as it was known at the row’s time, and keeps the result.',
  })
  @Access(WRITE)
  async createTrainingSet(
    @Input(() => CreateTrainingSetInput, 'What to make.') input: CreateTrainingSetInput,
    @Ctx() context: FeatureContext,
  ): Promise<TrainingSetPayload> {
    return payloadOf(await context.trainingSets.create(context, input));
  }

  @Mutation(() => TrainingSetPayload, {
    description: 'Makes a training set anew from its manifest; fails unless its content is the same.',
  })
  @Access(WRITE)
  async rebuildTrainingSet(
    @Input(() => RebuildTrainingSetInput, 'What to make anew.') input: RebuildTrainingSetInput,
    @Ctx() context: FeatureContext,
  ): Promise<TrainingSetPayload> {
    return payloadOf(await context.trainingSets.rebuild(context, input));
  }
}

@Resolver(() => TrainingSetBuildType)
export class TrainingSetBuildResolver {
  @Query(() => TrainingSetBuildType, { nullable: true, description: 'How the making of a training set stands.' })
  @Access(READ)
  async trainingSetBuild(
    @Arg('id', () => ID, { description: 'The build’s id.' }) id: string,
    @Ctx() context: FeatureContext,
  ): Promise<TrainingSetBuildType | null> {
    const found = await context.reading.trainingSetBuild(context, id);
    return found && new TrainingSetBuildType(found);
  }

  @FieldResolver(() => TrainingSetType, { nullable: true, description: 'The set that it made.' })
  @Access(READ)
  async trainingSet(
    @Root() { setKey }: TrainingSetBuildType,
    @Ctx() { loaders }: FeatureContext,
  ): Promise<TrainingSetType | null> {
    const found = setKey === null ? null : await loaders.trainingSet.load(setKey);
    return found && new TrainingSetType(found);
  }
}
