import { pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import type { Reference } from '../../../shared/graphql/reference.ts';
import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root, Mutation } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ, WRITE } from '../access.ts';
import { modelUrn } from '../../domain/ids.ts';
import { metricCondition, metricName } from '../../domain/version/metric-condition.ts';
import type { RegistryContext } from '../context.ts';
import { ApprovalStepType } from './approval-step.ts';
import { ModelType, ModelVersionConnection } from './model.ts';
import { ModelJobType } from './model-job.ts';
import { RegisterModelVersionPayload } from './model-job-payload.ts';
import { ModelVersionType, ModelVersionPayload } from './model-version.ts';
import { FeatureServiceType, TrainingSetType } from './linked.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { ModelVersionsArgs } from './model-versions-args.ts';
import { RegisterModelVersionInput, UpdateModelVersionInput } from './model-version-input.ts';

@Resolver(() => ModelVersionType)
export class ModelVersionResolver {
  @Query(() => ModelVersionType, {
    nullable: true,
    description: 'One model version; null if there is none of that id.',
  })
  @Access(READ)
  async modelVersion(
    @Arg('id', () => ID, { description: 'tiffin:<project>:model-version:<model>@<number>' }) id: string,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ModelVersionType | null> {
    const version = await loaders.modelVersion.load(id);
    return version && new ModelVersionType(version);
  }

  @Query(() => ModelVersionConnection, {
    description:
      'The versions of all models or one, the newest first or by a metric: those that wait for an approval, or the best of a model.',
  })
  @Access(READ)
  modelVersions(
    @Args(() => ModelVersionsArgs) args: ModelVersionsArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<ModelVersionType>> {
    const { model = null, states = null, owner = null, tag = null } = args;
    const metrics = (args.metrics ?? []).map((one, i) => metricCondition(one, `metrics.${i}`));
    const filter = { model, states, owner, tag, metrics };
    const { metric, direction } = args.orderBy ?? {};
    const order = metric && direction ? { metric: metricName(metric, 'orderBy.metric'), direction } : null;
    return pageOf(args, {
      sortedBy: [...(order ? (['number'] as const) : []), 'time', 'string', 'number'],
      rows: (page) => context.registry.queries.allVersions(context, filter, order, page),
      keyOf: ({ version, metric: value }) => [
        ...(value === null ? [] : [value]),
        version.createdAt.toISOString(),
        version.model,
        version.number,
      ],
      nodeOf: ({ version }) => new ModelVersionType(version),
    });
  }

  @FieldResolver(() => ModelType, { description: 'The model that it is a version of.' })
  async model(@Root() { source }: ModelVersionType, @Ctx() { loaders }: RegistryContext): Promise<ModelType> {
    const model = await loaders.model.load(modelUrn.format({ project: source.project, name: source.model }));
    if (!model) throw new Error('a version without its model');
    return new ModelType(model);
  }

  @FieldResolver(() => [ApprovalStepType], { description: 'Its approval life so far, oldest first.' })
  async approvals(
    @Root() { source }: ModelVersionType,
    @Ctx() { registry }: RegistryContext,
  ): Promise<ApprovalStepType[]> {
    const steps = await registry.queries.approvalSteps(source);
    return steps.map((step) => new ApprovalStepType(step));
  }

  @FieldResolver(() => TrainingSetType, { nullable: true, description: 'What it was trained on.' })
  trainingSet(@Root() { source }: ModelVersionType): Reference | null {
    return source.trainingSet === null ? null : new TrainingSetType(source.trainingSet);
  }

  @FieldResolver(() => FeatureServiceType, { nullable: true, description: 'The pinned features that it reads.' })
  featureService(@Root() { source }: ModelVersionType): Reference | null {
    return source.featureService === null ? null : new FeatureServiceType(source.featureService);
  }

  @FieldResolver(() => ModelJobType, { nullable: true, description: 'Its newest validation; null before the first.' })
  async validation(
    @Root() { id }: ModelVersionType,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ModelJobType | null> {
    const job = await loaders.validationOfVersion.load(id);
    return job && new ModelJobType(job);
  }

  @Mutation(() => RegisterModelVersionPayload, {
    description: 'Reads the contract from the file, runs it, and registers it with the smallest legal version number.',
  })
  @Access(WRITE)
  async registerModelVersion(
    @Input(() => RegisterModelVersionInput, 'The version.') input: RegisterModelVersionInput,
    @Ctx() context: RegistryContext,
  ): Promise<RegisterModelVersionPayload> {
    return new RegisterModelVersionPayload(await context.registry.versions.register(context, input));
  }

  @Mutation(() => ModelVersionPayload, {
    description: 'Changes a version: everything of a draft, words and tags afterwards (rule G5).',
  })
  @Access(WRITE)
  async updateModelVersion(
    @Input(() => UpdateModelVersionInput, 'What to change.') input: UpdateModelVersionInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return new ModelVersionPayload(await context.registry.versions.update(context, input));
  }
}
