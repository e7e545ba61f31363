import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { PredictionExplanationType } from './explanation.ts';

@Resolver(() => PredictionExplanationType)
export class ExplanationResolver {
  @Query(() => PredictionExplanationType, {
    nullable: true,
    description: 'What led to one answer; null where there is no such prediction, or none any more.',
  })
  @Access(READ)
  async explainPrediction(
    @Arg('id', () => ID, { description: 'tiffin:<project>:prediction:<uuid>.' }) id: string,
    @Arg('reasons', () => Int, { defaultValue: 10, description: 'How many reasons at most: 1 to 50.' }) reasons: number,
    @Ctx() context: MonitoringContext,
  ): Promise<PredictionExplanationType | null> {
    const explanation = await context.monitoring.explaining.explain(context, { id, reasons });
    return explanation && new PredictionExplanationType(explanation);
  }
}
