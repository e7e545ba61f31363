import { Field, Float, ID, ObjectType } from 'type-graphql';
import type { Combine } from '../../../../schema/recipe.ts';
import type { AnsweringLayer } from '../../../../schema/telemetry.ts';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import {
  ABSENCES,
  type Absence,
  type AbsentPart,
  type ExplainedModel,
  type Explanation,
} from '../../domain/record/explanation.ts';
import type { StoredPrediction } from '../../domain/record/prediction.ts';
import { READ } from '../access.ts';
import { AnsweringLayerEnum } from '../enums.ts';
import { PredictionType, PredictionValueType, valueOf } from './prediction.ts';
import { predictionReasons, PredictionReasonsType } from './prediction-reasons.ts';
import { FeatureType, ModelVersionType, ReleaseType } from '../references.ts';

const AbsenceEnum = graphqlEnum('ExplanationAbsence', ABSENCES, 'Why a part of an explanation is not there.', {
  NOT_LOGGED: 'The recipe keeps it out of the log.',
  TOKENISED: 'It is personal, and a token stands for it.',
  NOT_RUN: 'It never came to be: something else answered first.',
  NOT_YET: 'It may still come.',
  NOT_RECORDED: 'The node that answered did not write it down.',
  UNREACHABLE: 'Who has it cannot be asked now: ask again.',
  GONE: 'Who had it has it no longer.',
});

const CombinationEnum = graphqlEnum(
  'Combination',
  ['WEIGHTED_MEAN', 'MAX', 'STACK', 'EXPRESSION'] as const satisfies readonly Combine['kind'][],
  'How the scores of several models become one.',
);

@ObjectType('PredictionAssignment', {
  description: 'Why this release answered: what traffic looked at and what it found.',
})
@Access(READ)
export class PredictionAssignmentType {
  @Field(() => AnsweringLayerEnum, {
    nullable: true,
    description: 'The layer of traffic that decided; null where the caller named the release.',
  })
  readonly layer: AnsweringLayer | null;

  @Field(() => String, { nullable: true, description: 'The segment of a VARIANT layer that decided, as `country=DE`.' })
  readonly variant: string | null;

  @Field(() => ID, { nullable: true, description: 'The experiment or rollout that held the allocation.' })
  readonly holder: string | null;

  @Field(() => Float, { nullable: true, description: 'Its revision.' })
  readonly holderRevision: number | null;

  @Field(() => String, { nullable: true, description: 'The value that traffic was split on.' })
  readonly unit: string | null;

  @Field(() => Float, { nullable: true, description: 'Where its hash fell in [0, 1).' })
  readonly bucket: number | null;

  @Field(() => String, { nullable: true, description: 'The arm whose range holds the bucket.' })
  readonly arm: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The unit that the deployment’s holdout is drawn by, in it or not.',
  })
  readonly holdoutUnit: string | null;

  @Field(() => Float, { nullable: true, description: 'The share of units that the holdout holds.' })
  readonly holdoutShare: number | null;

  @Field(() => String, { nullable: true, description: 'The tester whose token chose the release.' })
  readonly forcedBy: string | null;

  constructor(stored: StoredPrediction) {
    this.layer = stored.layer;
    this.variant = stored.variant;
    this.holder = stored.holder;
    this.holderRevision = stored.holderRevision;
    this.unit = stored.unit;
    this.bucket = stored.bucket;
    this.arm = stored.arm;
    this.holdoutUnit = stored.holdout?.unit ?? null;
    this.holdoutShare = stored.holdout?.share ?? null;
    this.forcedBy = stored.forced;
  }
}

@ObjectType('ModelExplanation', { description: 'The part that one model had in an answer.' })
@Access(READ)
export class ModelExplanationType {
  @Field(() => String, { nullable: true, description: 'Its name in the recipe.' })
  readonly name: string | null;

  @Field(() => ModelVersionType, { nullable: true, description: 'The model version.' })
  readonly modelVersion: ModelVersionType;

  @Field(() => String, { nullable: true, description: 'The engine that ran it.' })
  readonly engine: string | null;

  @Field(() => Float, { nullable: true, description: 'Its score; null where a fallback answered before it could.' })
  readonly score: number | null;

  @Field(() => Float, { nullable: true, description: 'Its share of a WEIGHTED_MEAN.' })
  readonly weight: number | null;

  constructor({ name, version, engine, score, weight }: ExplainedModel) {
    this.name = name;
    this.modelVersion = new ModelVersionType(version);
    this.engine = engine;
    this.score = score;
    this.weight = weight;
  }
}

@ObjectType('FeatureExplanation', { description: 'A feature that was read for an answer.' })
@Access(READ)
export class FeatureExplanationType {
  @Field(() => PredictionValueType, { description: 'Its value, with status and age.' })
  readonly value!: PredictionValueType;

  @Field(() => FeatureType, { nullable: true, description: 'The pinned feature that it is a value of.' })
  readonly feature!: FeatureType | null;
}

@ObjectType('AbsentPart', { description: 'A part of an explanation that is not there, or not as it was.' })
@Access(READ)
export class AbsentPartType {
  @Field(() => String, { description: 'Its place: `release`, `inputs.user_id`, `models.0.score`.' })
  readonly part!: string;

  @Field(() => AbsenceEnum, { description: 'Why it is not there.' })
  readonly why!: Absence;

  @Field(() => String, { description: 'The same in words.' })
  readonly detail!: string;
}

@ObjectType('PredictionExplanation', {
  description:
    'What led to one answer: its record, read by the recipe that made it. What is missing is named in `absent`.',
})
@Access(READ)
export class PredictionExplanationType {
  @Field(() => PredictionType, { description: 'The answer as it was recorded, with its outcome if that is known.' })
  readonly prediction: PredictionType;

  @Field(() => ReleaseType, { nullable: true, description: 'The release that answered, with its recipe.' })
  readonly release: ReleaseType | null;

  @Field(() => PredictionAssignmentType, { description: 'Why that release answered.' })
  readonly assignment: PredictionAssignmentType;

  @Field(() => [ModelExplanationType], { description: 'Its models, in the order of the recipe.' })
  readonly models: readonly ModelExplanationType[];

  @Field(() => CombinationEnum, { nullable: true, description: 'How their scores became one; null for one model.' })
  readonly combination: Combine['kind'] | null;

  @Field(() => [FeatureExplanationType], { description: 'The features that were read, by name.' })
  readonly features: readonly FeatureExplanationType[];

  @Field(() => PredictionReasonsType, { nullable: true, description: 'What contributed most to the score.' })
  readonly reasons: PredictionReasonsType | null;

  @Field(() => [AbsentPartType], { description: 'What is not there, and why.' })
  readonly absent: readonly AbsentPart[];

  constructor({ prediction, release, models, combination, features, reasons, absent }: Explanation) {
    this.prediction = new PredictionType(prediction);
    this.release = release === null ? null : new ReleaseType(release);
    this.assignment = new PredictionAssignmentType(prediction);
    this.models = models.map((model) => new ModelExplanationType(model));
    this.combination = combination;
    this.features = features.flatMap(({ name, feature }): FeatureExplanationType[] => {
      const read = prediction.features?.[name];
      if (!read) return [];
      const value = valueOf(name, read.value, read.status, read.ageMs);
      return [{ value, feature: feature === null ? null : new FeatureType(feature) }];
    });
    this.reasons = reasons && predictionReasons(reasons, new Map(features.map(({ name, feature }) => [name, feature])));
    this.absent = absent;
  }
}
