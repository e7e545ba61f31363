import { pageOf, PageArgs, type Connection } from '../../../shared/graphql/connection.ts';
import { Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ, WRITE } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { AuditCheckpointType, AuditCheckpointConnection } from './checkpoint.ts';

@Resolver()
export class CheckpointResolver {
  @Query(() => AuditCheckpointConnection, { description: 'The checkpoints that were kept outside, the newest first.' })
  @Access(READ)
  auditCheckpoints(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<AuditCheckpointType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => context.registry.checkpoints.list(context, page),
      keyOf: ({ checkpoint }) => [checkpoint.number],
      nodeOf: (row) => new AuditCheckpointType(row),
    });
  }

  @Mutation(() => AuditCheckpointType, {
    description: 'Checkpoints what is recorded now; the newest one again if nothing was recorded since.',
  })
  @Access(WRITE)
  async createAuditCheckpoint(@Ctx() context: RegistryContext): Promise<AuditCheckpointType> {
    return new AuditCheckpointType(await context.registry.checkpoints.create(context));
  }
}
