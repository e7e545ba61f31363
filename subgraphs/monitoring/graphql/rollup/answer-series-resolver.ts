import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { DeploymentType } from '../references.ts';
import { AnswerSeriesInput, AnswerSeriesType } from './answer-series.ts';

@Resolver(() => DeploymentType)
export class AnswerSeriesResolver {
  @FieldResolver(() => AnswerSeriesType, {
    nullable: true,
    description: 'How much it answered, how fast and with what errors, over time.',
  })
  @Access(READ)
  async answerSeries(
    @Root() { id }: DeploymentType,
    @Ctx() context: MonitoringContext,
    @Arg('window', () => AnswerSeriesInput, {
      nullable: true,
      description: 'Which answers; the last 24 hours unless told.',
    })
    window?: AnswerSeriesInput | null,
  ): Promise<AnswerSeriesType> {
    const { hours = 24, trust = 'server', ...rest } = window ?? {};
    return new AnswerSeriesType(await context.monitoring.rollups.series(context, id, { ...rest, hours, trust }));
  }
}
