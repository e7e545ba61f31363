import { GraphQLJSON } from 'graphql-scalars';
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import type { Labels } from '../domain/labels.ts';

/** The fields that every definition has. */
@ObjectType()
export abstract class LabelledType {
  @Field(() => String, { description: 'What it is, in a sentence or two; empty if nobody wrote it.' })
  readonly description: string;

  @Field(() => String, { nullable: true, description: 'The team that answers for it.' })
  readonly owner: string | null;

  @Field(() => [String], { description: 'Free labels, sorted.' })
  readonly tags: readonly string[];

  @Field(() => Int, { description: 'Grows by one with each change of this definition.' })
  readonly revision: number;

  @Field(() => Date, { description: 'When it was first defined.' })
  readonly createdAt: Date;

  @Field(() => GraphQLJSON, {
    description: 'All of it in the words of the input that defines it: defining it with them again changes nothing.',
  })
  readonly definition: object;

  constructor(value: Labels & { readonly revision: number; readonly createdAt: Date }, definition: object) {
    this.description = value.description;
    this.owner = value.owner;
    this.tags = value.tags;
    this.revision = value.revision;
    this.createdAt = value.createdAt;
    this.definition = definition;
  }
}

@InputType()
export abstract class LabelsInput {
  @Field(() => String, { nullable: true, description: 'What it is, in a sentence or two.' })
  readonly description?: string | null;

  @Field(() => String, { nullable: true, description: 'The team that answers for it.' })
  readonly owner?: string | null;

  @Field(() => [String], { nullable: true, description: 'Free labels; at most 50.' })
  readonly tags?: string[] | null;
}
