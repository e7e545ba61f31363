import { Field, ID, InputType } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';

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

  @Field(() => String, { nullable: true, description: 'SHA-256 of an uploaded evaluation file.' })
  evaluation?: string | null;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Numbers by name, shown as claims.' })
  claimedMetrics?: Record<string, number> | null;

  @Field(() => String, { nullable: true, description: 'What it is, in words.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'Who answers for it.' })
  owner?: string | null;

  @Field(() => [String], { nullable: true, description: 'Labels.' })
  tags?: string[] | null;
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

  @Field(() => GraphQLJSON, {
    nullable: true,
    description:
      'Rows that the model must answer: [{inputs: [{name, dtype, shape, data}], outputs: […]}], at most 100.',
  })
  goldenRows?: unknown;
}

@InputType({ description: 'What to change of a version. A field that is left out stays; null empties it.' })
export class UpdateModelVersionInput extends DeclarationInput {
  @Field(() => ID, { description: 'The version.' })
  id!: string;
}
