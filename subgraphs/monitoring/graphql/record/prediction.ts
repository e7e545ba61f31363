import { ArgsType, Directive, Field, Float, ID, ObjectType } from 'type-graphql';
import { parseUrn } from '../../../../core/urn.ts';
import type { AnsweringFallback } from '../../../../schema/recipe.ts';
import type { AnsweringLayer } from '../../../../schema/telemetry.ts';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import { predictionUrn } from '../../domain/ids.ts';
import type { StoredPrediction } from '../../domain/record/prediction.ts';
import type { Trust } from '../../domain/trust.ts';
import type { Scalar } from '../../domain/quality/value-sample.ts';
import { READ } from '../access.ts';
import { connectionOf } from '../connection.ts';
import { AnsweringFallbackEnum, AnsweringLayerEnum, TrustEnum } from '../enums.ts';
import { ModelScoreType, modelScores } from './model-score.ts';
import { PredictionRuleType, predictionRules } from './prediction-rule.ts';
import { DeploymentType, ExperimentType } from '../references.ts';
import { StageTimingType, timingsOf } from './stage-timing.ts';

@ObjectType('PredictionValue', {
  description: 'One named value of a prediction; at most one of its three forms is set.',
})
@Access(READ)
export class PredictionValueType {
  @Field(() => String, { description: 'Name of the input, or `view__feature`.' })
  readonly name!: string;

  @Field(() => Float, { nullable: true, description: 'The value, if it is a number.' })
  readonly number!: number | null;

  @Field(() => String, { nullable: true, description: 'The value, if it is a text or a token that stands for one.' })
  readonly text!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'The value, if it is true or false.' })
  readonly boolean!: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of a feature: PRESENT, NULL_VALUE, NOT_FOUND, OUTSIDE_MAX_AGE or DEFAULTED.',
  })
  readonly status!: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Of a feature: milliseconds between its event time and the request.',
  })
  readonly ageMs!: number | null;
}

export const valueOf = (
  name: string,
  value: Scalar,
  status: string | null,
  ageMs: number | null,
): PredictionValueType => ({
  name,
  number: typeof value === 'number' ? value : null,
  text: typeof value === 'string' ? value : null,
  boolean: typeof value === 'boolean' ? value : null,
  status,
  ageMs,
});

@ObjectType('PredictionSegment', { description: 'A segment that a recipe declares, with its value.' })
@Access(READ)
export class PredictionSegmentType {
  @Field(() => String, { description: 'Its name, such as season.' })
  readonly name!: string;

  @Field(() => String, { description: 'Its value; `other` where the recipe does not name it.' })
  readonly value!: string;
}

@ObjectType('Outcome', { description: 'What happened in the end: the newest word for one prediction.' })
@Access(READ)
export class OutcomeType {
  @Field(() => ID, { description: 'The id under which it was sent.' })
  readonly id!: string;

  @Field(() => Float, { description: 'The label, 0 or 1 for a yes/no outcome, or the measured value.' })
  readonly value!: number;

  @Field(() => Date, { description: 'When it happened.' })
  readonly occurredAt!: Date;

  @Field(() => Date, { description: 'When it arrived here.' })
  readonly receivedAt!: Date;

  @Field(() => TrustEnum, { description: 'Who said so.' })
  readonly trust!: Trust;
}

@ObjectType('Prediction', { description: 'One answered request, as the node wrote it down before the answer left.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class PredictionType {
  @Field(() => ID, { description: 'tiffin:<project>:prediction:<uuid>.' })
  readonly id: string;

  @Field(() => Date, { description: 'When it was answered.' })
  readonly occurredAt: Date;

  @Field(() => Date, { description: 'When its record arrived here.' })
  readonly receivedAt: Date;

  @Field(() => Date, {
    nullable: true,
    description: "What the node's own clock said, where that was wrong; null where it was right.",
  })
  readonly nodeTime: Date | null;

  @Field(() => TrustEnum, { description: 'Where the record comes from.' })
  readonly trust: Trust;

  @Field(() => DeploymentType, { nullable: true, description: 'The deployment that was asked.' })
  readonly deployment: DeploymentType;

  @Field(() => String, { description: 'SHA-256 of the release that answered.' })
  readonly release: string;

  @Field(() => [ModelScoreType], { description: 'What each of its models said, in the order of the recipe.' })
  readonly models: readonly ModelScoreType[];

  @Field(() => String, { nullable: true, description: 'The value that traffic was split on.' })
  readonly unit: string | null;

  @Field(() => String, { nullable: true, description: 'Arm of the experiment or rollout, if there was one.' })
  readonly arm: string | null;

  @Field(() => ExperimentType, { nullable: true, description: 'The experiment that held the allocation.' })
  readonly experiment: ExperimentType | null;

  @Field(() => Float, { nullable: true, description: 'Revision of the experiment or rollout.' })
  readonly experimentRevision: number | null;

  @Field(() => Float, { nullable: true, description: 'Bucket in [0, 1) that decided the arm.' })
  readonly bucket: number | null;

  @Field(() => AnsweringLayerEnum, {
    nullable: true,
    description: 'The layer of traffic that decided; null where the caller named the release.',
  })
  readonly layer: AnsweringLayer | null;

  @Field(() => String, { nullable: true, description: 'The segment of a VARIANT layer that decided, as `country=DE`.' })
  readonly variant: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The unit that the deployment’s holdout is drawn by, in it or not; null where there is no holdout.',
  })
  readonly holdoutUnit: string | null;

  @Field(() => Float, { nullable: true, description: 'The score; null where a fallback answered without one.' })
  readonly score: number | null;

  @Field(() => String, { nullable: true, description: 'The decision that was made of it.' })
  readonly decision: string | null;

  @Field(() => Float, {
    nullable: true,
    description: 'How sure the rule that decided is, from 0 to 1; null where no rule decided.',
  })
  readonly confidence: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the rule that decided decided so; null where no rule did.',
  })
  readonly reason: string | null;

  @Field(() => [PredictionRuleType], {
    description: 'The rules that matched or failed, in the order of the recipe: the first that matched decided.',
  })
  readonly rules: readonly PredictionRuleType[];

  @Field(() => String, {
    nullable: true,
    description: 'Why a fallback answered instead of the model; null where none did.',
  })
  readonly fallback: string | null;

  @Field(() => AnsweringFallbackEnum, { nullable: true, description: 'What answered in place of the model.' })
  readonly fallbackAction: AnsweringFallback | null;

  @Field(() => String, {
    nullable: true,
    description: 'The tester whose token chose the release: left out of drift, performance and experiments.',
  })
  readonly forcedBy: string | null;

  readonly stored: StoredPrediction;

  constructor(stored: StoredPrediction) {
    this.stored = stored;
    this.id = predictionUrn.format(stored);
    this.occurredAt = stored.occurredAt;
    this.receivedAt = stored.receivedAt;
    this.nodeTime = stored.nodeTime;
    this.trust = stored.trust;
    this.deployment = new DeploymentType(stored.deployment);
    this.release = stored.release;
    this.models = modelScores(stored.models);
    this.unit = stored.unit;
    this.arm = stored.arm;
    this.experiment = experimentOf(stored.holder);
    this.experimentRevision = stored.holderRevision;
    this.bucket = stored.bucket;
    this.layer = stored.layer;
    this.variant = stored.variant;
    this.holdoutUnit = stored.holdout?.unit ?? null;
    this.score = stored.score;
    this.decision = stored.decision;
    this.rules = predictionRules(stored.rules);
    const decided = this.rules.find(({ outcome }) => outcome === 'DECIDED');
    this.confidence = decided?.confidence ?? null;
    this.reason = decided?.reason ?? null;
    this.fallback = stored.fallback;
    this.fallbackAction = stored.fallbackAction;
    this.forcedBy = stored.forced;
  }

  // Dozens of values in each of a page's predictions: made where they are asked for.

  @Field(() => [PredictionValueType], { description: 'What the caller sent, as far as the recipe logs it.' })
  get inputs(): readonly PredictionValueType[] {
    return byName(this.stored.inputs).map(([name, value]) => valueOf(name, value, null, null));
  }

  @Field(() => [PredictionSegmentType], { description: 'The segments that the recipe declares, by name.' })
  get segments(): readonly PredictionSegmentType[] {
    return byName(this.stored.segments).map(([name, value]) => ({ name, value }));
  }

  @Field(() => [PredictionValueType], { description: 'The features that were read, with their status and age.' })
  get features(): readonly PredictionValueType[] {
    return byName(this.stored.features).map(([name, { value, status, ageMs }]) => valueOf(name, value, status, ageMs));
  }

  @Field(() => [StageTimingType], { description: 'Time per stage.' })
  get timings(): readonly StageTimingType[] {
    return timingsOf(this.stored.timings);
  }
}

/** The store keeps no order of names. */
const byName = <T>(values: Readonly<Record<string, T>> | null): [string, T][] =>
  Object.entries(values ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));

/** The holder of an allocation may be another thing than an experiment. */
function experimentOf(holder: string | null): ExperimentType | null {
  try {
    return holder !== null && parseUrn(holder).kind === 'experiment' ? new ExperimentType(holder) : null;
  } catch {
    return null;
  }
}

export const PredictionConnection = connectionOf('Prediction', () => PredictionType);

@ArgsType()
export class PredictionArgs extends PageArgs {
  @Field(() => ID, { description: 'The deployment that was asked.' })
  readonly deployment!: string;

  @Field(() => Date, { nullable: true, description: 'Only answers from this instant on.' })
  readonly from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Only answers before this instant.' })
  readonly to?: Date | null;

  @Field(() => ID, { nullable: true, description: 'Only answers of releases that run this model version.' })
  readonly modelVersion?: string | null;

  @Field(() => String, { nullable: true, description: 'Only answers in this arm.' })
  readonly arm?: string | null;

  @Field(() => AnsweringLayerEnum, { nullable: true, description: 'Only answers that this layer of traffic decided.' })
  readonly layer?: AnsweringLayer | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only answers of this segment of a VARIANT layer, as `country=DE`.',
  })
  readonly variant?: string | null;

  @Field(() => TrustEnum, { defaultValue: 'server', description: 'Records of enrolled nodes, or those of devices.' })
  readonly trust!: Trust;
}
