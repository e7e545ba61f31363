import { Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, PageArgs, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { modelUrn, versionUrn } from '../../domain/ids.ts';
import { WRITE } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { ReleaseType } from '../serving/release.ts';
import {
  ModelAliasChangeConnection,
  ModelAliasChangeType,
  ModelAliasPayload,
  ModelAliasType,
  RemoveModelAliasInput,
  SetModelAliasInput,
} from './model-alias.ts';
import { ModelType } from './model.ts';
import { ModelVersionType } from './model-version.ts';

@Resolver(() => ModelType)
export class ModelAliasesResolver {
  @FieldResolver(() => [ModelAliasType], {
    description:
      'Names of its versions: those that people set, and environments in which one version answers everybody.',
  })
  async aliases(@Root() { source }: ModelType, @Ctx() { loaders }: RegistryContext): Promise<ModelAliasType[]> {
    return (await loaders.aliasesOfModel.load(source.name)).map((one) => new ModelAliasType(one));
  }

  @Mutation(() => ModelAliasPayload, {
    description:
      'Has an alias name a version. It moves no traffic; one that is called like an environment is refused (rule G6).',
  })
  @Access(WRITE)
  async setModelAlias(
    @Input(() => SetModelAliasInput, 'The version and the alias.') { version, alias }: SetModelAliasInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelAliasPayload> {
    const { model, number } = versionUrn.parse(context.actor.project, version, 'version');
    await context.registry.aliases.set(context, { model, alias, number });
    return payloadOf(context, model);
  }

  @Mutation(() => ModelAliasPayload, { description: 'Takes an alias away; what was none is none afterwards either.' })
  @Access(WRITE)
  async removeModelAlias(
    @Input(() => RemoveModelAliasInput, 'The alias.') { model, alias }: RemoveModelAliasInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelAliasPayload> {
    const { name } = modelUrn.parse(context.actor.project, model, 'model');
    await context.registry.aliases.remove(context, { model: name, alias });
    return payloadOf(context, name);
  }
}

const payloadOf = async (context: RegistryContext, name: string): Promise<ModelAliasPayload> =>
  new ModelAliasPayload(new ModelType(await context.registry.models.require(context, name)));

@Resolver(() => ModelAliasType)
export class ModelAliasResolver {
  @FieldResolver(() => ModelVersionType, { nullable: true, description: 'The version that it names.' })
  async version(
    @Root() { source }: ModelAliasType,
    @Ctx() { loaders }: RegistryContext,
  ): Promise<ModelVersionType | null> {
    const version = await loaders.modelVersion.load(versionUrn.format(source));
    return version && new ModelVersionType(version);
  }

  @FieldResolver(() => [ReleaseType], {
    description:
      'Of one that follows an environment: the releases by which the version answers everybody there. Their deployments’ `history` tells what it named before.',
  })
  async releases(@Root() { source }: ModelAliasType, @Ctx() { loaders }: RegistryContext): Promise<ReleaseType[]> {
    const roles = await loaders.rolesOfVersion.load(versionUrn.format(source));
    return roles
      .filter(({ role, deployment: { environment } }) => role === 'LIVE' && environment === source.alias)
      .map(({ release }) => new ReleaseType(release));
  }

  @FieldResolver(() => ModelAliasChangeConnection, {
    description: 'Every move of one that people set, the newest first.',
  })
  history(
    @Root() { source }: ModelAliasType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<ModelAliasChangeType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => context.registry.aliases.history(context, source, page),
      keyOf: ({ id }) => [id],
      nodeOf: (moved) => new ModelAliasChangeType(moved),
    });
  }
}
