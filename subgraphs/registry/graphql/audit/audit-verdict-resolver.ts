import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { AuditVerdictType } from './audit-verdict.ts';

@Resolver()
export class AuditVerdictResolver {
  @Query(() => AuditVerdictType, {
    description: 'Walks the audit chains of all subgraphs and holds them against the checkpoints kept outside.',
  })
  @Access(READ)
  async verifyAudit(@Ctx() context: RegistryContext): Promise<AuditVerdictType> {
    return new AuditVerdictType(await context.registry.audit.verify(context));
  }
}
