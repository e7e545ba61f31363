import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { DeploymentType, ModelVersionType } from '../references.ts';
import { PillarOverviewType, PillarWindowInput } from './pillar.ts';

const WINDOW = { nullable: true, description: 'Which time; the last week unless told.' } as const;
const A_WEEK = 168;

@Resolver(() => DeploymentType)
export class DeploymentPillarsResolver {
  @FieldResolver(() => PillarOverviewType, {
    nullable: true,
    description: 'Data, model, infrastructure and business in one answer: how each stands, why, and how it stood.',
  })
  @Access(READ)
  async pillars(
    @Root() { id }: DeploymentType,
    @Ctx() context: MonitoringContext,
    @Arg('window', () => PillarWindowInput, WINDOW) window?: PillarWindowInput | null,
  ): Promise<PillarOverviewType> {
    const { to = null, hours = A_WEEK } = window ?? {};
    return new PillarOverviewType(await context.monitoring.pillars.ofDeployment(context, id, { to, hours }));
  }
}

@Resolver(() => ModelVersionType)
export class ModelVersionPillarsResolver {
  @FieldResolver(() => PillarOverviewType, {
    nullable: true,
    description:
      'The same of one version, where it answered last: what comes in is that of the deployment. Null if it never answered.',
  })
  @Access(READ)
  async pillars(
    @Root() { id }: ModelVersionType,
    @Ctx() context: MonitoringContext,
    @Arg('window', () => PillarWindowInput, WINDOW) window?: PillarWindowInput | null,
  ): Promise<PillarOverviewType | null> {
    const { to = null, hours = A_WEEK } = window ?? {};
    const overview = await context.monitoring.pillars.ofVersion(context, id, { to, hours });
    return overview && new PillarOverviewType(overview);
  }
}
