import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs, pageOf, toConnection, type Connection } from '../../../shared/graphql/connection.ts';
import type { Inbox } from '../../../shared/graphql/inbox.ts';
import { pageRequest, type SortType } from '../../../shared/paging.ts';
import { versionUrn } from '../../domain/ids.ts';
import { READ } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { BreakGlassConnection, BreakGlassType } from '../governance/break-glass.ts';
import { StandingApprovalConnection, StandingApprovalType } from '../governance/standing-approval.ts';
import { ReleaseConnection } from '../serving/deployment.ts';
import { ReleaseType } from '../serving/release.ts';
import { ModelVersionConnection } from '../version/model.ts';
import { ModelVersionType } from '../version/model-version.ts';
import { EndingConnection, EndingType, InboxType } from './inbox.ts';

const ENDINGS: readonly SortType[] = ['time', 'string', 'number', 'string', 'string'];

@Resolver(() => InboxType)
export class InboxResolver {
  @FieldResolver(() => ModelVersionConnection, {
    nullable: true,
    description: 'Versions that wait for their validation, or for an approval by somebody who did not make them.',
  })
  @Access(READ)
  modelVersions(
    @Root() { id }: Inbox,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<ModelVersionType>> {
    return pageOf(args, {
      sortedBy: ['time', 'string', 'number'],
      rows: (page) => context.registry.inbox.versions(context, id, page),
      keyOf: ({ createdAt, model, number }) => [createdAt.toISOString(), model, number],
      nodeOf: (row) => new ModelVersionType(row),
    });
  }

  @FieldResolver(() => ReleaseConnection, {
    nullable: true,
    description: 'Releases whose recipe waits for somebody who made none like it.',
  })
  @Access(READ)
  releases(
    @Root() { id }: Inbox,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<ReleaseType>> {
    return pageOf(args, {
      sortedBy: ['time', 'string', 'string', 'number'],
      rows: (page) => context.registry.inbox.releases(context, id, page),
      keyOf: ({ createdAt, endpoint, environment, number }) => [createdAt.toISOString(), endpoint, environment, number],
      nodeOf: (row) => new ReleaseType(row),
    });
  }

  @FieldResolver(() => EndingConnection, {
    nullable: true,
    description:
      'Approvals that end within 30 days, or have ended, and waivers that end within 7: the first first. To be renewed.',
  })
  @Access(READ)
  async endings(
    @Root() { id }: Inbox,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<EndingType>> {
    const page = pageRequest(args, ENDINGS);
    const { project } = context.actor;
    const rows = await Promise.all(
      (await context.registry.inbox.endings(context, id, page)).map(async (ending) => {
        const { model, number } = ending;
        const version = await context.loaders.modelVersion.load(versionUrn.format({ project, model, number }));
        if (!version) throw new Error('what ends without its version');
        return { ending, version };
      }),
    );
    return toConnection(
      rows,
      page,
      ({ ending: { at, model, number, kind, gate } }) => [at.toISOString(), model, number, kind, gate],
      ({ ending, version }) => new EndingType(ending, new ModelVersionType(version)),
    );
  }
}

@Resolver(() => InboxType)
export class EmergencyInboxResolver {
  @FieldResolver(() => BreakGlassConnection, {
    nullable: true,
    description: 'Emergencies that somebody else opened and that must be closed.',
  })
  @Access(READ)
  breakGlasses(
    @Root() { id }: Inbox,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<BreakGlassType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => context.registry.inbox.breakGlasses(context, id, page),
      keyOf: ({ id: number }) => [number],
      nodeOf: (row) => new BreakGlassType(row),
    });
  }

  @FieldResolver(() => StandingApprovalConnection, {
    nullable: true,
    description: 'Standing approvals that wait for a second approver.',
  })
  @Access(READ)
  standingApprovals(
    @Root() { id }: Inbox,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<StandingApprovalType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => context.registry.inbox.standings(context, id, page),
      keyOf: ({ id: number }) => [number],
      nodeOf: (row) => new StandingApprovalType(row),
    });
  }
}
