import { pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { SUBGRAPHS } from '../../../../schema/nouns.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { AuditRecordType, AuditRecordConnection, AuditArgs } from './audit-record.ts';

const OWN = ['registry'] as const;

@Resolver()
export class AuditRecordResolver {
  @Query(() => AuditRecordConnection, {
    description: 'What was done, the newest first: in the registry, or in the subgraphs that are named.',
  })
  @Access(READ)
  auditRecords(
    @Args(() => AuditArgs) args: AuditArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<AuditRecordType>> {
    const { subject = null, subjectPrefix = null, actor = null, action = null, from = null, until = null } = args;
    const filter = { subject, subjectPrefix, actor, action, from, until, subgraphs: args.subgraphs ?? OWN };
    return pageOf(args, {
      sortedBy: SUBGRAPHS.map(() => 'number' as const),
      rows: (page) => context.registry.audit.records(context, filter, page),
      keyOf: ({ places }) => places,
      nodeOf: (row) => new AuditRecordType(row),
    });
  }
}
