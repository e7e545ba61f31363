import { Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, PageArgs, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { DECIDE, READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import {
  BreakGlassConnection,
  BreakGlassPayload,
  BreakGlassType,
  CloseBreakGlassInput,
  OpenBreakGlassInput,
} from './break-glass.ts';

@Resolver()
export class BreakGlassResolver {
  @Query(() => BreakGlassConnection, { description: 'All emergencies of the project, the newest first.' })
  @Access(READ)
  breakGlasses(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<BreakGlassType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => context.registry.breakGlasses.list(context, page),
      keyOf: ({ id }) => [id],
      nodeOf: (row) => new BreakGlassType(row),
    });
  }

  @Mutation(() => BreakGlassPayload, {
    description:
      'Lets a version get traffic without what is missing to it, for a while, by an administrator. Another person must close it (rule G9).',
  })
  @Access(DECIDE)
  async openBreakGlass(
    @Input(() => OpenBreakGlassInput, 'The version, and why.') input: OpenBreakGlassInput,
    @Ctx() context: RegistryContext,
  ): Promise<BreakGlassPayload> {
    return new BreakGlassPayload(await context.registry.breakGlasses.open(context, input));
  }

  @Mutation(() => BreakGlassPayload, {
    description: 'Ends an emergency, by an approver or administrator who did not open it (rule G9).',
  })
  @Access(DECIDE)
  async closeBreakGlass(
    @Input(() => CloseBreakGlassInput, 'What was found.') input: CloseBreakGlassInput,
    @Ctx() context: RegistryContext,
  ): Promise<BreakGlassPayload> {
    return new BreakGlassPayload(await context.registry.breakGlasses.close(context, input));
  }
}
