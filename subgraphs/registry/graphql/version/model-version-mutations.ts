import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Access } from '../../../shared/auth/access.ts';
import { READ, WRITE } from '../access.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import type { Changed } from '../../operations/change.ts';
import type { RegistryContext } from '../context.ts';
import { ModelVersionType } from './model-version.ts';

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

@ObjectType({ description: 'A version after a change.' })
@Access(WRITE)
export class ModelVersionPayload {
  @Field(() => ModelVersionType, { description: 'The version as it is now.' })
  @Access(READ)
  readonly modelVersion: ModelVersionType;

  @Field(() => String, { description: 'Where the change stands in the feed: search and lineage can wait for it.' })
  @Access({ role: 'viewer', scope: 'registry:write' })
  readonly eventCursor: string;

  constructor({ value, eventCursor }: Changed<ModelVersion>) {
    this.modelVersion = new ModelVersionType(value);
    this.eventCursor = eventCursor;
  }
}

@Resolver()
export class ModelVersionMutations {
  @Mutation(() => ModelVersionPayload, {
    description: 'Reads the contract from the file, runs it, and registers it with the smallest legal version number.',
  })
  @Access(WRITE)
  async registerModelVersion(
    @Arg('input', () => RegisterModelVersionInput, { description: 'The version.' }) input: RegisterModelVersionInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    return new ModelVersionPayload(await context.registry.versions.register(context, input));
  }

  @Mutation(() => ModelVersionPayload, {
    description: 'Changes a version: everything of a draft, words and tags afterwards (rule G5).',
  })
  @Access(WRITE)
  async updateModelVersion(
    @Arg('input', () => UpdateModelVersionInput, { description: 'What to change.' }) input: UpdateModelVersionInput,
    @Ctx() context: RegistryContext,
  ): Promise<ModelVersionPayload> {
    const { id, ...changes } = input;
    return new ModelVersionPayload(await context.registry.versions.update(context, id, changes));
  }
}
