import { Field, Float, ObjectType } from 'type-graphql';
import { LINKS } from '../../../../core/reasons/link.ts';
import { REASON_SPACES } from '../../../../schema/reasons.ts';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import {
  REASON_KINDS,
  REASON_SOURCES,
  type ExplainedReason,
  type ExplainedReasons,
} from '../../domain/record/explained-reasons.ts';
import { READ } from '../access.ts';
import { PredictionValueType, valueOf } from './prediction.ts';
import { FeatureType } from '../references.ts';

const ReasonSpaceEnum = graphqlEnum('ReasonSpace', REASON_SPACES, 'What the contributions to an answer add up to.', {
  MARGIN: 'To the margin of the one model that answered: its link makes the score of it.',
  SCORE: 'To the score: several models make it together, or one that cannot be taken apart.',
});
const ReasonLinkEnum = graphqlEnum('ReasonLink', LINKS, 'What makes the score of a margin.', {
  NONE: 'It is the score.',
  LOGISTIC: 'The score is 1 / (1 + exp(-margin)).',
  SOFTMAX: 'The score is its share of the exponents of the margins of all classes.',
  OTHER: 'Another function, which is not taken apart.',
});
const ReasonSourceEnum = graphqlEnum('ReasonSource', REASON_SOURCES, 'Where reasons come from.', {
  LOGGED: 'The node wrote them down when it answered.',
  COMPUTED: 'Computed now, from the stored values and the files of the release, which say again what they said.',
});
const ReasonKindEnum = graphqlEnum('ReasonKind', REASON_KINDS, 'What a named value of a recipe is.');

@ObjectType('PredictionReason', { description: 'What one named value contributed to an answer.' })
@Access(READ)
export class PredictionReasonType {
  @Field(() => ReasonKindEnum, { nullable: true, description: 'What it is; null where only the recipe could say.' })
  readonly kind!: ExplainedReason['kind'];

  @Field(() => PredictionValueType, { description: 'Its name and value; of a feature with status and age.' })
  readonly value!: PredictionValueType;

  @Field(() => FeatureType, { nullable: true, description: 'Of a feature: the pinned one.' })
  readonly feature!: FeatureType | null;

  @Field(() => Float, { description: 'How far it moved the total from the base.' })
  readonly contribution!: number;
}

@ObjectType('UnexplainedModel', { description: 'A model that cannot be taken apart.' })
@Access(READ)
export class UnexplainedModelType {
  @Field(() => String, { description: 'Its name in the recipe; `combine` for all of them together.' })
  readonly model!: string;

  @Field(() => Float, { description: 'All that it contributed.' })
  readonly contribution!: number;

  @Field(() => String, { description: 'Why.' })
  readonly why!: string;
}

@ObjectType('PredictionReasons', {
  description: 'Why an answer is as it is: base + all contributions + rest + rounding is total, exactly, in any order.',
})
@Access(READ)
export class PredictionReasonsType {
  @Field(() => ReasonSourceEnum, { description: 'Where they come from.' })
  readonly source!: ExplainedReasons['source'];

  @Field(() => ReasonSpaceEnum, { description: 'What they add up to.' })
  readonly space!: ExplainedReasons['space'];

  @Field(() => ReasonLinkEnum, { description: 'What makes the score of the margin.' })
  readonly link!: ExplainedReasons['link'];

  @Field(() => Float, { description: 'What there is without any contribution.' })
  readonly base!: number;

  @Field(() => [PredictionReasonType], { description: 'The greatest contributions, the greatest first.' })
  readonly top!: readonly PredictionReasonType[];

  @Field(() => Float, { description: 'All other contributions together.' })
  readonly rest!: number;

  @Field(() => Float, { description: "What the engine's arithmetic makes of it; next to nothing." })
  readonly rounding!: number;

  @Field(() => Float, { description: 'The margin, or the score.' })
  readonly total!: number;

  @Field(() => [UnexplainedModelType], {
    description: 'Models that cannot be taken apart, with all that they contributed.',
  })
  readonly unexplained!: readonly UnexplainedModelType[];
}

/** With the pinned feature behind each name. */
export const predictionReasons = (
  reasons: ExplainedReasons,
  pinned: ReadonlyMap<string, string | null>,
): PredictionReasonsType => ({
  ...reasons,
  top: reasons.top.map(({ name, kind, value, read, contribution }) => {
    const feature = pinned.get(name) ?? null;
    return {
      kind,
      value: valueOf(name, value, read?.status ?? null, read?.ageMs ?? null),
      feature: feature === null ? null : new FeatureType(feature),
      contribution,
    };
  }),
});
