import { Field, ID, InputType, Int } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { LONGEST_WAIT_MS } from '../../../../core/longest-wait.ts';
import type { RiskTier } from '../../domain/governance/tier-policy.ts';
import { RiskTierEnum } from './model-version.ts';
import { WAIT } from '../../../shared/graphql/job.ts';

@InputType({ description: 'What a submitter declares of a version, and says about it.' })
class DeclarationInput {
  @Field(() => String, { nullable: true, description: 'The algorithm family: another one makes a MAJOR step.' })
  algorithm?: string | null;

  @Field(() => GraphQLJSON, {
    nullable: true,
    description: 'An object of hyper-parameters; other ones make a MINOR step.',
  })
  hyperParameters?: Record<string, unknown> | null;

  @Field(() => String, {
    nullable: true,
    description: 'The commit of the training code; another one makes a MINOR step.',
  })
  codeCommit?: string | null;

  @Field(() => ID, { nullable: true, description: 'The training set; another one makes a PATCH step.' })
  trainingSet?: string | null;

  @Field(() => ID, { nullable: true, description: 'The pinned feature service that feeds it.' })
  featureService?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'SHA-256 of an uploaded evaluation file, JSON lines or Parquet: what its metrics are computed from.',
  })
  evaluation?: string | null;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Numbers by name, shown as claims.' })
  claimedMetrics?: Record<string, number> | null;

  @Field(() => RiskTierEnum, {
    nullable: true,
    description:
      'How much harm a wrong answer can do; left out: as the version before, LOW for the first. It never falls.',
  })
  riskTier?: RiskTier | null;

  @Field(() => String, { nullable: true, description: 'What it is made for.' })
  purpose?: string | null;

  @Field(() => String, { nullable: true, description: 'Who is to use it for what.' })
  intendedUse?: string | null;

  @Field(() => String, { nullable: true, description: 'Where it must not be used and what it cannot do.' })
  limits?: string | null;

  @Field(() => String, { nullable: true, description: 'Its model card, as Markdown.' })
  card?: string | null;

  @Field(() => String, { nullable: true, description: 'The number of the business that it is to move.' })
  businessMetric?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether others than the organisation made it.' })
  thirdParty?: boolean | null;

  @Field(() => String, { nullable: true, description: 'What it is, in words.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'Who answers for it.' })
  owner?: string | null;

  @Field(() => [String], { nullable: true, description: 'Labels.' })
  tags?: string[] | null;
}

@InputType({ description: 'A tensor with its values.' })
export class TensorInput {
  @Field(() => String, { description: 'Its name in the model.' })
  name!: string;

  @Field(() => String, { description: 'The type of its values: float32, int64, string, …' })
  dtype!: string;

  @Field(() => [Int], { description: 'Its dimensions; the first is the batch, 1 for one row.' })
  shape!: number[];

  @Field(() => GraphQLJSON, { description: 'The values as one flat list: numbers, texts or booleans.' })
  data!: unknown;
}

@InputType({ description: 'What goes into a model, and what must come out.' })
export class GoldenRowInput {
  @Field(() => [TensorInput], { description: 'Every input of the model, once.' })
  inputs!: TensorInput[];

  @Field(() => [TensorInput], { description: 'One or more outputs with the values that they must have.' })
  outputs!: TensorInput[];
}

@InputType({ description: 'A model file to register as the next version of a model.' })
export class RegisterModelVersionInput extends DeclarationInput {
  @Field(() => String, { description: 'The model’s name; it is made if there is none.' })
  model!: string;

  @Field(() => String, { description: 'SHA-256 of a completed upload: an ONNX file with its weights inside.' })
  artifact!: string;

  @Field(() => String, {
    nullable: true,
    description: 'MAJOR.MINOR.PATCH.BUILD, to raise it further than what changed asks for.',
  })
  version?: string | null;

  @Field(() => [GoldenRowInput], {
    nullable: true,
    description: 'Rows that the model must answer, at most 100: inputs, and what should come out.',
  })
  goldenRows?: GoldenRowInput[] | null;

  @Field(() => Int, { defaultValue: LONGEST_WAIT_MS, description: WAIT })
  waitMs!: number;
}

@InputType({ description: 'What to change of a version. A field that is left out stays; null empties it.' })
export class UpdateModelVersionInput extends DeclarationInput {
  @Field(() => ID, { description: 'The version.' })
  id!: string;
}
