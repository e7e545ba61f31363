import { Arg, Ctx, FieldResolver, ID, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { MeType, PermissionType } from './me.ts';

@Resolver(() => MeType)
export class MeResolver {
  @Query(() => MeType, { description: 'Whoever asks: name, roles, and what they may do.' })
  @Access(READ)
  me(@Ctx() { actor }: RegistryContext): MeType {
    return new MeType(actor);
  }

  @FieldResolver(() => [PermissionType], {
    description: 'Whether one may call these mutations, in their order, before one tries.',
  })
  @Access(READ)
  async may(
    @Ctx() context: RegistryContext,
    @Arg('actions', () => [String], { description: 'Mutations of the graph, at most 50: approveModelVersion.' })
    actions: string[],
    @Arg('subject', () => ID, {
      nullable: true,
      description:
        'What would be changed. Of a model version or a release the steps of its approval also depend on who made it and where it stands; of all else on roles alone.',
    })
    subject?: string | null,
  ): Promise<PermissionType[]> {
    const permissions = await context.registry.permissions.of(context, { actions, subject: subject ?? null });
    return permissions.map((permission) => new PermissionType(permission));
  }
}
