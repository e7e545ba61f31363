import { GraphQLJSON } from 'graphql-scalars';
import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import { ANSWERING_FALLBACKS, FALLBACK_CAUSES, type FallbackCause } from '../../../../schema/recipe.ts';
import { RULE_OUTCOMES, type RuleOutcome } from '../../../../schema/telemetry.ts';
import type { RecipeProblem } from '../../../../core/recipe/problem.ts';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import type { DryRun, DryRunAnswer, DryRunFeature, DryRunModel, DryRunResult } from '../../domain/serving/dry-run.ts';
import { WRITE } from '../access.ts';

const FeatureStatusEnum = graphqlEnum(
  'DryRunFeatureStatus',
  ['PRESENT', 'NULL_VALUE', 'NOT_FOUND', 'DEFAULTED'] as const,
  'Where the value of a feature comes from: the sample, or the recipe’s default.',
);
const CauseEnum = graphqlEnum('FallbackCause', FALLBACK_CAUSES, 'Why a fallback answers.');
const ActionEnum = graphqlEnum(
  'FallbackActionKind',
  [...ANSWERING_FALLBACKS, 'REFUSE'] as const,
  'What answers for a cause: a constant, the previous release, the rules without a score, or nobody.',
);
const OutcomeEnum = graphqlEnum(
  'DryRunRuleOutcome',
  RULE_OUTCOMES,
  'What came of a rule. DECIDED: the first that matched. MATCHED: after that one. FAILED: its condition had no value.',
);

@InputType({ description: 'A sample request.' })
export class DryRunRequestInput {
  @Field(() => GraphQLJSON, { description: 'The inputs by name, as a caller of the edge would send them.' })
  inputs!: unknown;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: 'What the store would know, by view__feature; what is left out is taken as not found.',
  })
  features?: unknown;
}

@InputType({ description: 'A recipe to try.' })
export class DryRunRecipeInput {
  @Field(() => GraphQLJSON, { description: 'The recipe, as createRelease takes it; its versions need no approval.' })
  recipe!: unknown;

  @Field(() => [DryRunRequestInput], { description: '1 to 20 sample requests.' })
  requests!: DryRunRequestInput[];

  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of a feature mutation that the recipe builds on; waits up to 2 s for it to arrive.',
  })
  after?: string | null;
}

@ObjectType('RecipeProblem', { description: 'One thing that is wrong, where, and what is allowed there.' })
@Access(WRITE)
export class RecipeProblemType {
  @Field(() => String, { description: 'Its place, such as recipe.rules.2.when or requests.0.amount.' })
  readonly field!: string;

  @Field(() => String, { description: 'What is wrong; of an expression with its line and column.' })
  readonly message!: string;

  @Field(() => [String], { description: 'What is allowed instead, where that can be listed.' })
  readonly allowed!: readonly string[];
}

const problemType = ({ field, message, allowed = [] }: RecipeProblem): RecipeProblemType => ({
  field,
  message,
  allowed,
});

@ObjectType('DryRunValue', { description: 'A derived field with its value.' })
@Access(WRITE)
export class DryRunValueType {
  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Its value.' })
  readonly value!: unknown;
}

@ObjectType('DryRunFeature', { description: 'A feature as the sample brings it.' })
@Access(WRITE)
export class DryRunFeatureType {
  @Field(() => String, { description: 'view__feature.' })
  readonly name!: string;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Its value; null where there is none.' })
  readonly value!: unknown;

  @Field(() => FeatureStatusEnum, { description: 'Where it comes from.' })
  readonly status!: DryRunFeature['status'];
}

@ObjectType('DryRunModel', { description: 'What one model of the recipe says of a sample.' })
@Access(WRITE)
export class DryRunModelType {
  @Field(() => String, { description: 'Its name in the recipe.' })
  readonly name!: string;

  @Field(() => ID, { description: 'The model version.' })
  readonly version!: string;

  @Field(() => Float, { nullable: true, description: 'Its score; null where it has none.' })
  readonly score!: number | null;

  @Field(() => String, { nullable: true, description: 'Why it has none; null where it was not its turn.' })
  readonly problem!: DryRunModel['problem'];
}

@ObjectType('DryRunRule', { description: 'A rule that matched a sample, or failed on it.' })
@Access(WRITE)
export class DryRunRuleType {
  @Field(() => String, { description: 'Its name in the recipe.' })
  readonly name!: string;

  @Field(() => OutcomeEnum, { description: 'What came of it.' })
  readonly outcome!: RuleOutcome;

  @Field(() => String, { description: 'What it decides where it is the first that matches.' })
  readonly action!: string;

  @Field(() => String, { nullable: true, description: 'Why its condition had no value, such as DIVISION_BY_ZERO.' })
  readonly error!: string | null;
}

@ObjectType('DryRunFallback', { description: 'What would answer in place of the models.' })
@Access(WRITE)
export class DryRunFallbackType {
  @Field(() => CauseEnum, { description: 'Why.' })
  readonly cause!: FallbackCause;

  @Field(() => ActionEnum, { description: 'What the recipe declares for that; the previous release is not run here.' })
  readonly action!: NonNullable<DryRunAnswer['fallback']>['action'];

  @Field(() => String, { description: 'The same in words.' })
  readonly detail!: string;
}

@ObjectType('DryRunTiming', { description: 'How long one stage took on the machine of the registry.' })
@Access(WRITE)
export class DryRunTimingType {
  @Field(() => String, { description: 'derive, model, rules or total.' })
  readonly stage!: string;

  @Field(() => Float, { description: 'Milliseconds.' })
  readonly ms!: number;
}

@ObjectType('DryRunAnswer', { description: 'What a recipe would answer to one sample.' })
@Access(WRITE)
export class DryRunAnswerType {
  @Field(() => RecipeProblemType, { nullable: true, description: 'Why the sample is refused; null where it is not.' })
  readonly problem: RecipeProblemType | null;

  @Field(() => [DryRunFeatureType], { description: 'The features, in the order of the service.' })
  readonly features: readonly DryRunFeatureType[];

  @Field(() => [DryRunValueType], { description: 'The derived fields that could be computed, in their order.' })
  readonly derived: readonly DryRunValueType[];

  @Field(() => [DryRunModelType], { description: 'The models, in the order of the recipe.' })
  readonly models: readonly DryRunModelType[];

  @Field(() => Float, { nullable: true, description: 'The combined score.' })
  readonly score: number | null;

  @Field(() => String, { nullable: true, description: 'The decision.' })
  readonly decision: string | null;

  @Field(() => Float, { nullable: true, description: 'Of the rule that decides.' })
  readonly confidence: number | null;

  @Field(() => String, { nullable: true, description: 'Of the rule that decides.' })
  readonly reason: string | null;

  @Field(() => [DryRunRuleType], { description: 'The rules that match or fail, in their order.' })
  readonly rules: readonly DryRunRuleType[];

  @Field(() => DryRunFallbackType, { nullable: true, description: 'Null where the models answer.' })
  readonly fallback: DryRunFallbackType | null;

  @Field(() => [DryRunTimingType], { description: 'Time per stage.' })
  readonly timings: readonly DryRunTimingType[];

  constructor(result: DryRunResult) {
    const answer = 'answer' in result ? result.answer : null;
    this.problem = 'problem' in result ? problemType(result.problem) : null;
    this.features = answer?.features ?? [];
    this.derived = answer?.derived ?? [];
    this.models = answer?.models ?? [];
    this.score = answer?.score ?? null;
    this.decision = answer?.decision ?? null;
    this.confidence = answer?.confidence ?? null;
    this.reason = answer?.reason ?? null;
    this.rules = (answer?.rules ?? []).map((rule) => ({ ...rule, error: rule.error ?? null }));
    this.fallback = answer?.fallback ?? null;
    this.timings = Object.entries(answer?.timings ?? {}).map(([stage, ms]) => ({ stage, ms }));
  }
}

@ObjectType('RecipeDryRun', { description: 'What a recipe would answer, or what is wrong with it.' })
@Access(WRITE)
export class RecipeDryRunType {
  @Field(() => [RecipeProblemType], { description: 'Everything that createRelease would refuse in the recipe itself.' })
  readonly problems: readonly RecipeProblemType[];

  @Field(() => [String], { description: 'What a node would have to be able to do.' })
  readonly requires: readonly string[];

  @Field(() => [DryRunAnswerType], {
    description: 'One for each sample, in their order; none where there are problems.',
  })
  readonly answers: readonly DryRunAnswerType[];

  constructor({ problems, requires, results }: DryRun) {
    this.problems = problems.map(problemType);
    this.requires = requires;
    this.answers = results.map((result) => new DryRunAnswerType(result));
  }
}
