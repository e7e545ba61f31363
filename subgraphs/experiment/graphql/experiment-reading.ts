import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { DomainError } from '../../../core/errors.ts';
import { Access } from '../../shared/auth/access.ts';
import { PageArgs, toConnection } from '../../shared/graphql/connection.ts';
import { pageRequest } from '../../shared/paging.ts';
import type { ExperimentStatus } from '../domain/life.ts';
import { READ } from './access.ts';
import type { ExperimentContext } from './context.ts';
import { StatusEnum, TrustEnum } from './enums.ts';
import { ExperimentConnection, ExperimentType, type ExperimentPage } from './experiment.ts';
import { DeploymentType, ModelVersionType } from './references.ts';
import { ExperimentResultType } from './result.ts';

@ArgsType()
export class StatusPageArgs extends PageArgs {
  @Field(() => StatusEnum, { nullable: true, description: 'Only experiments that stand here.' })
  readonly status?: ExperimentStatus | null;
}

@ArgsType()
export class ExperimentArgs extends StatusPageArgs {
  @Field(() => ID, { nullable: true, description: 'Only experiments on this deployment.' })
  readonly deployment?: string | null;
}

@ArgsType()
export class ResultArgs {
  @Field(() => Int, { nullable: true, description: 'Which revision of the split; the newest unless told.' })
  readonly revision?: number | null;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Records of enrolled nodes, or those of devices.' })
  readonly trust!: string;
}

interface Narrowed {
  readonly deployment?: string | null;
  readonly modelVersion?: string | null;
}

async function pageOf(args: StatusPageArgs, by: Narrowed, { reading }: ExperimentContext): Promise<ExperimentPage> {
  const page = pageRequest(args, ['string']);
  const { deployment = null, modelVersion = null } = by;
  const rows = await reading.experiments({ deployment, modelVersion, status: args.status ?? null }, page);
  return toConnection(
    rows,
    page,
    ({ name }) => [name],
    (row) => new ExperimentType(row),
  );
}

@Resolver(() => ExperimentType)
export class ExperimentResolver {
  @Query(() => ExperimentType, { nullable: true, description: 'One experiment by its id; null where there is none.' })
  @Access(READ)
  async experiment(
    @Arg('id', () => ID, { description: 'tiffin:<project>:experiment:<name>.' }) id: string,
    @Ctx() { reading }: ExperimentContext,
  ): Promise<ExperimentType | null> {
    const found = await reading.experiment.load(id);
    return found && new ExperimentType(found);
  }

  @Query(() => ExperimentConnection, { description: 'Experiments by name.' })
  @Access(READ)
  experiments(
    @Args(() => ExperimentArgs) args: ExperimentArgs,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPage> {
    return pageOf(args, args, context);
  }

  @FieldResolver(() => ExperimentResultType, {
    nullable: true,
    description: 'Its analysis; null before it has started.',
  })
  @Access(READ)
  async result(
    @Root() { experiment }: ExperimentType,
    @Args(() => ResultArgs) { revision, trust }: ResultArgs,
    @Ctx() { experiments }: ExperimentContext,
  ): Promise<ExperimentResultType | null> {
    const numbers = experiment.revisions.map(({ number }) => number);
    if (numbers.length === 0) return null;
    const wanted = revision ?? experiment.splitRevision;
    if (!numbers.includes(wanted)) {
      throw new DomainError('INVALID_INPUT', `there is no revision ${wanted} of this experiment`, {
        field: 'revision',
        allowed: numbers,
      });
    }
    const result = await experiments.result(experiment, wanted, trust);
    return new ExperimentResultType(wanted, experiment.design.alpha, result);
  }
}

@Resolver(() => DeploymentType)
export class DeploymentExperimentsResolver {
  @FieldResolver(() => ExperimentConnection, { nullable: true, description: 'Experiments on it, by name.' })
  @Access(READ)
  experiments(
    @Root() { id }: DeploymentType,
    @Args(() => StatusPageArgs) args: StatusPageArgs,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPage> {
    return pageOf(args, { deployment: id }, context);
  }
}

@Resolver(() => ModelVersionType)
export class ModelVersionExperimentsResolver {
  @FieldResolver(() => ExperimentConnection, {
    nullable: true,
    description: 'Experiments that it was an arm of, by name.',
  })
  @Access(READ)
  experiments(
    @Root() { id }: ModelVersionType,
    @Args(() => StatusPageArgs) args: StatusPageArgs,
    @Ctx() context: ExperimentContext,
  ): Promise<ExperimentPage> {
    return pageOf(args, { modelVersion: id }, context);
  }
}
