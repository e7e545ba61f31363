import { changeTraffic, CHANGE, TrafficPayload } from './traffic-payload.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { Ctx, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { TRAFFIC } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { SetTesterReleasesInput, IssueTesterTokenInput, TesterTokenType } from './tester.ts';

@Resolver()
export class TesterResolver {
  @Mutation(() => TrafficPayload, {
    description: 'Opens releases to testers, or closes them: tokens for a release that is closed are refused at once.',
  })
  @Access(TRAFFIC)
  setTesterReleases(
    @Input(() => SetTesterReleasesInput, CHANGE) input: SetTesterReleasesInput,
    @Ctx() context: RegistryContext,
  ): Promise<TrafficPayload> {
    return changeTraffic(context, input, { kind: 'TESTERS', releases: input.releases });
  }

  @Mutation(() => TesterTokenType, { description: 'Makes a token for a tester; who got which is on record.' })
  @Access(TRAFFIC)
  async issueTesterToken(
    @Input(() => IssueTesterTokenInput, 'For whom, and what.') input: IssueTesterTokenInput,
    @Ctx() context: RegistryContext,
  ): Promise<TesterTokenType> {
    const { deployment, release, tester = null, minutes } = input;
    const issued = await context.registry.testerTokens.issue(context, { deployment, release, tester, minutes });
    return { ...issued, expiresAt: new Date(issued.expiresAt) };
  }
}
