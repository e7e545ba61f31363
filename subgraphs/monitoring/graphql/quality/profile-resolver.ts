import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { ProfileReportInput, ProfileReportType } from './profile.ts';

@Resolver()
export class ProfileResolver {
  @Query(() => ProfileReportType, {
    description: 'What the score and the features of a deployment were like, as its nodes counted them hour by hour.',
  })
  @Access(READ)
  async profileReport(
    @Input(() => ProfileReportInput, 'Which answers.') input: ProfileReportInput,
    @Ctx() context: MonitoringContext,
  ): Promise<ProfileReportType> {
    return new ProfileReportType(await context.monitoring.profiles.report(context, input));
  }
}
