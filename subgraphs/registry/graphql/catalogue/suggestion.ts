import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import type { UrnKind } from '../../../../core/urn.ts';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { READ } from '../access.ts';
import { COMPLETION_FIELDS, type CompletionField } from '../../domain/catalogue/completion.ts';
import { AssetKindEnum } from './asset.ts';

export const CompletionFieldEnum = graphqlEnum('CompletionField', COMPLETION_FIELDS, 'What is completed.');

@ObjectType('AssetSuggestion', { description: 'One way in which a text that is being typed can go on.' })
@Access(READ)
export class SuggestionType {
  @Field(() => String, { description: 'The whole name, owner, tag or domain.' })
  value!: string;

  @Field(() => ID, { nullable: true, description: 'The asset of that name; null for what is no name.' })
  id!: string | null;

  @Field(() => AssetKindEnum, { nullable: true, description: 'What that asset is.' })
  kind!: UrnKind | null;

  @Field(() => Int, { description: 'How many assets have it.' })
  count!: number;
}

@ArgsType()
export class AutoCompleteArgs {
  @Field(() => String, { description: 'What was typed so far.' })
  text!: string;

  @Field(() => CompletionFieldEnum, { defaultValue: 'NAME', description: 'What is typed.' })
  field!: CompletionField;

  @Field(() => [AssetKindEnum], { nullable: true, description: 'Only of assets of these kinds; left out: all.' })
  kinds?: UrnKind[] | null;

  @Field(() => Int, { defaultValue: 10, description: 'How many at most: 1 to 50.' })
  first!: number;
}
