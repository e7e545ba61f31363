import { GraphQLJSON } from 'graphql-scalars';
import { Arg, Ctx, Field, Float, ID, InputType, ObjectType, Query, registerEnumType, Resolver } from 'type-graphql';
import type { FeatureStatus } from '../../../core/codec/feature-status.ts';
import { FeatureReadRequest } from '../../../schema/feature-read.ts';
import { Access } from '../../shared/auth/access.ts';
import { validated } from '../../../schema/validated.ts';
import type { JsonScalar } from '../domain/value.ts';
import { READ } from './access.ts';
import type { FeatureContext } from './context.ts';
import { enumOf } from './dtype.ts';

const FeatureStatusEnum: Record<FeatureStatus, FeatureStatus> = enumOf([
  'PRESENT',
  'NULL_VALUE',
  'NOT_FOUND',
  'OUTSIDE_MAX_AGE',
]);
registerEnumType(FeatureStatusEnum, {
  name: 'FeatureStatus',
  description: 'What a read found.',
  valuesConfig: {
    PRESENT: { description: 'A value, young enough.' },
    NULL_VALUE: { description: 'A row, young enough, whose value is null.' },
    NOT_FOUND: { description: 'No row for this entity at this time.' },
    OUTSIDE_MAX_AGE: { description: 'A row that is older than the view’s TTL.' },
  },
});

@InputType({ description: 'A read of a service’s features, as POST /v1/features/read takes it.' })
export class OnlineFeaturesInput {
  @Field(() => ID, {
    description: 'The feature service; a tool pins it: tiffin:<project>:feature-service:<name>@<version>',
  })
  readonly service!: string;

  @Field(() => [GraphQLJSON], { description: 'One object per row: join key to value. 1 to 1,000 rows.' })
  readonly entities!: unknown[];

  @Field(() => Date, { nullable: true, description: 'The moment of the request; now if left out.' })
  readonly at?: Date | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Show values that are too old as well, marked as such.' })
  readonly includeExpired!: boolean;
}

@ObjectType({ description: 'One feature of one row.' })
@Access(READ)
export class OnlineFeature {
  @Field(() => String, { description: 'view__feature' })
  readonly name!: string;

  @Field(() => GraphQLJSON, { nullable: true, description: 'The value; whole numbers beyond 2^53 as text.' })
  readonly value!: JsonScalar;

  @Field(() => FeatureStatusEnum, { description: 'What was found.' })
  readonly status!: FeatureStatus;

  @Field(() => Float, { nullable: true, description: 'How old the value was, in ms; null where nothing was found.' })
  readonly ageMs!: number | null;
}

@ObjectType({ description: 'The features of one entity, in the service’s order.' })
@Access(READ)
export class OnlineRow {
  @Field(() => [OnlineFeature], { description: 'One for each feature of the service.' })
  readonly features!: OnlineFeature[];
}

@ObjectType({ description: 'What the online store holds for some entities.' })
@Access(READ)
export class OnlineFeatures {
  @Field(() => ID, { description: 'The pinned service.' })
  readonly service!: string;

  @Field(() => [OnlineRow], { description: 'One for each entity that was asked for, in order.' })
  readonly rows!: OnlineRow[];
}

@Resolver()
export class OnlineFeaturesResolver {
  @Query(() => OnlineFeatures, { description: 'What a model would be given now. For tools; serving reads over HTTP.' })
  @Access(READ)
  async onlineFeatures(
    @Arg('input', () => OnlineFeaturesInput, { description: 'What to read.' }) { at, ...input }: OnlineFeaturesInput,
    @Ctx() { reads, actor }: FeatureContext,
  ): Promise<OnlineFeatures> {
    const request = validated(FeatureReadRequest, { ...input, ...(at && { at: at.toISOString() }) });
    const { service, names, values, statuses, agesMs } = await reads.read(actor.project, request);
    const rows = values.map((row, i) => ({
      features: names.map((name, j) => ({
        name,
        value: row[j] ?? null,
        status: statuses[i]?.[j] ?? 'NOT_FOUND',
        ageMs: agesMs[i]?.[j] ?? null,
      })),
    }));
    return { service, rows };
  }
}
