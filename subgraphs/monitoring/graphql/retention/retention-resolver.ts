import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import type { RetentionPolicy } from '../../domain/retention/policy.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { ArchivedFileConnection, ArchivedFileType, RetentionPolicyType } from './retention.ts';

@Resolver()
export class RetentionResolver {
  @Query(() => [RetentionPolicyType], { description: 'How long each kind of what monitoring stores is kept.' })
  @Access(READ)
  retentionPolicies(@Ctx() { monitoring }: MonitoringContext): readonly RetentionPolicy[] {
    return monitoring.retention.policies();
  }

  @Query(() => ArchivedFileConnection, { description: 'Days that were archived, file by file, the newest day first.' })
  @Access(READ)
  archivedFiles(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<ArchivedFileType>> {
    return pageOf(args, {
      sortedBy: ['string', 'string'],
      rows: (page) => context.monitoring.retention.archivedFiles(context, page),
      keyOf: ({ day, kind, part }) => [day, `${kind}:${String(part).padStart(6, '0')}`],
      nodeOf: (file) => new ArchivedFileType(file),
    });
  }
}
