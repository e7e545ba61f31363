import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { TRAFFIC } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { VersionDifferenceType } from '../version/version-diff.ts';
import { ModelVersionType } from '../version/model-version.ts';
import { KillModelVersionInput, KillModelVersionPayload } from './kill-switch.ts';

@Resolver(() => ModelVersionType)
export class GovernedVersionResolver {
  @FieldResolver(() => String, {
    description:
      'Its dossier as a page of HTML that prints: who made and approved it, on what evidence, what served when, and the audit trail with its proof. Reading it is on record (rule G13).',
  })
  @Access({ role: 'viewer' })
  dossier(@Root() { source }: ModelVersionType, @Ctx() context: RegistryContext): Promise<string> {
    return context.registry.dossiers.page(context, source);
  }

  @FieldResolver(() => [VersionDifferenceType], {
    description: 'What differs from another version: contract, features, data, code, metrics, claims and declarations.',
  })
  differences(
    @Root() { source }: ModelVersionType,
    @Arg('since', () => ID, { description: 'The other version, of any model.' }) since: string,
    @Ctx() context: RegistryContext,
  ): Promise<readonly VersionDifferenceType[]> {
    return context.registry.queries.differences(context, source, since);
  }

  @Mutation(() => KillModelVersionPayload, {
    description:
      'Suspends a version at once and has every deployment in which it answers fall back: to the release before, else to what its recipe declares (rule G8).',
  })
  @Access(TRAFFIC)
  async killModelVersion(
    @Input(() => KillModelVersionInput, 'The version, and why.') input: KillModelVersionInput,
    @Ctx() context: RegistryContext,
  ): Promise<KillModelVersionPayload> {
    return new KillModelVersionPayload(await context.registry.killSwitch.kill(context, input));
  }
}
