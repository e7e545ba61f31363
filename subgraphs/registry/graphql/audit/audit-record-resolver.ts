import { pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { AuditRecordType, AuditRecordConnection, AuditArgs } from './audit-record.ts';

@Resolver()
export class AuditRecordResolver {
  @Query(() => AuditRecordConnection, { description: 'What was done in the registry, the newest first.' })
  @Access(READ)
  auditRecords(
    @Args(() => AuditArgs) args: AuditArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<AuditRecordType>> {
    const { subject = null, subjectPrefix = null, actor = null, action = null, from = null, until = null } = args;
    const filter = { subject, subjectPrefix, actor, action, from, until };
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => context.registry.audit.records(context, filter, page),
      keyOf: ({ record }) => [record.seq],
      nodeOf: (row) => new AuditRecordType(row),
    });
  }
}
