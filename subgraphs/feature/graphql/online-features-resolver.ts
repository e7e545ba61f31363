import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { Input } from '../../shared/graphql/input.ts';
import { READ } from './access.ts';
import type { FeatureContext } from './context.ts';
import { OnlineFeatures, OnlineFeaturesInput } from './online-features.ts';

@Resolver()
export class OnlineFeaturesResolver {
  @Query(() => OnlineFeatures, { description: 'What a model would be given now. For tools; serving reads over HTTP.' })
  @Access(READ)
  async onlineFeatures(
    @Input(() => OnlineFeaturesInput, 'What to read.') { at, ...input }: OnlineFeaturesInput,
    @Ctx() context: FeatureContext,
  ): Promise<OnlineFeatures> {
    const answer = await context.reads.read(context, { ...input, ...(at && { at: at.toISOString() }) });
    const { service, names, values, statuses, agesMs, cut } = answer;
    const rows = values.map((row, i) => ({
      features: names.map((name, j) => ({
        name,
        value: row[j] ?? null,
        status: statuses[i]?.[j] ?? 'NOT_FOUND',
        ageMs: agesMs[i]?.[j] ?? null,
        cut: cut?.[i]?.[j] ?? false,
      })),
    }));
    return { service, rows };
  }
}
