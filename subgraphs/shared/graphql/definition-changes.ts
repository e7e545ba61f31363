import { GraphQLJSON } from 'graphql-scalars';
import { Directive, Field, ID, InputType, ObjectType, type ClassType } from 'type-graphql';
import { Access } from '../auth/access.ts';
import type { AccessRule } from '../auth/actor.ts';
import { DEFINITION_ACTIONS, type AppliedDefinitions, type DefinitionAction } from '../definitions/apply.ts';
import { ChangedPayload } from './changed-payload.ts';
import { graphqlEnum } from './graphql-enum.ts';

const DefinitionActionEnum = graphqlEnum('DefinitionAction', DEFINITION_ACTIONS, 'What a definition comes to.', {
  CREATE: 'There was none.',
  UPDATE: 'What stands changes in place.',
  NEW_VERSION: 'A new version; whoever is pinned to the one before keeps it.',
  UNCHANGED: 'It stands already.',
});

@InputType({ description: 'What stood when the caller planned.' })
export class ExpectedDefinitionInput {
  @Field(() => ID, { description: 'The `subject` of the planned change.' })
  readonly subject!: string;

  @Field(() => String, { nullable: true, description: 'Its `fingerprint`; null where there was none.' })
  readonly fingerprint?: string | null;
}

/** The input of a mutation that applies definitions; a subgraph adds a list for each of its nouns. */
@InputType()
export abstract class ApplyDefinitionsInput {
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Decide and check everything, and keep nothing: what would be refused is refused.',
  })
  readonly dryRun!: boolean;

  @Field(() => [ExpectedDefinitionInput], {
    nullable: true,
    description: 'What stood when it was planned; where something else stands now, nothing is applied (CONFLICT).',
  })
  readonly expected?: ExpectedDefinitionInput[] | null;
}

/** The payload of one subgraph’s mutation that applies definitions: call it once, with its name and who may apply. */
export function definitionChanges(name: string, rule: AccessRule): ClassType<AppliedDefinitions> {
  @ObjectType('DefinitionDifference', { description: 'One field that a definition changes.' })
  @Directive('@shareable')
  @Access(rule)
  class DefinitionDifferenceType {
    @Field(() => String, { description: 'The way to it: features.amount_1h.window.windowSeconds.' })
    readonly path!: string;

    @Field(() => GraphQLJSON, { nullable: true, description: 'What stood; null where it was not there.' })
    readonly before!: unknown;

    @Field(() => GraphQLJSON, { nullable: true, description: 'What stands afterwards; null where it is gone.' })
    readonly after!: unknown;
  }

  @ObjectType('DefinitionChange', { description: 'What one definition comes to.' })
  @Directive('@shareable')
  @Access(rule)
  class DefinitionChangeType {
    @Field(() => String, { description: 'The kind of noun, as its id names it: feature-view.' })
    readonly kind!: string;

    @Field(() => ID, { description: 'The id without a version.' })
    readonly subject!: string;

    @Field(() => DefinitionActionEnum, { description: 'What it comes to.' })
    readonly action!: DefinitionAction;

    @Field(() => ID, { description: 'The id afterwards, with its version where it has one.' })
    readonly id!: string;

    @Field(() => ID, { nullable: true, description: 'The id before; null for a new one.' })
    readonly beforeId!: string | null;

    @Field(() => String, {
      nullable: true,
      description: 'Of what stood before, to be given as `expected`; null for a new one.',
    })
    readonly fingerprint!: string | null;

    @Field(() => [DefinitionDifferenceType], { description: 'The fields that change, in the words of the input.' })
    readonly differences!: readonly DefinitionDifferenceType[];
  }

  @ObjectType(name, { description: 'What the definitions came to.' })
  @Access(rule)
  class DefinitionsPayload extends ChangedPayload {
    @Field(() => [DefinitionChangeType], {
      description: 'One per definition, in the order in which they were applied.',
    })
    readonly changes!: readonly DefinitionChangeType[];
  }
  return DefinitionsPayload;
}
