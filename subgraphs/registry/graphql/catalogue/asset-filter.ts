import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { READ } from '../access.ts';
import { ASSET_FIELDS, STALE_DAYS, type AssetField } from '../../domain/catalogue/asset-filter.ts';

export const AssetFieldEnum = graphqlEnum('AssetField', ASSET_FIELDS, 'What a search is narrowed and counted by.', {
  KIND: 'What it is: the names of AssetKind.',
  OWNER: 'Who answers for it.',
  TAG: 'One of its labels.',
  DOMAIN: 'The part of the business that it belongs to.',
  SUBGRAPH: 'Whose noun it is: feature, registry, experiment or monitoring.',
  ISSUE: `What is wrong with its entry: UNOWNED, UNDESCRIBED, STALE (nobody changed or described it for ${STALE_DAYS} days), DEPRECATED, DEPRECATED_BUT_USED, UNUSED.`,
});

@InputType({ description: 'One condition on assets.' })
export class AssetFilterInput {
  @Field(() => AssetFieldEnum, { description: 'What is looked at.' })
  field!: AssetField;

  @Field(() => [String], { description: 'It has one of these values: 1 to 50.' })
  values!: string[];

  @Field(() => Boolean, { defaultValue: false, description: 'Turns the condition round: it has none of them.' })
  negated!: boolean;
}

@InputType({ description: 'Conditions that hold together.' })
export class FilterGroupInput {
  @Field(() => [AssetFilterInput], { description: 'All of these hold: 1 to 10.' })
  and!: AssetFilterInput[];
}

@ObjectType('AssetFacetValue', { description: 'How often a value occurs.' })
@Access(READ)
export class FacetValueType {
  @Field(() => String, { description: 'The value, as a filter takes it.' })
  value!: string;

  @Field(() => Int, { description: 'How many assets have it.' })
  count!: number;
}

@ObjectType('AssetFacet', { description: 'The values of one field in what a search finds.' })
@Access(READ)
export class FacetType {
  @Field(() => AssetFieldEnum, { description: 'Which field.' })
  field!: AssetField;

  @Field(() => [FacetValueType], {
    description:
      'Its values, the most frequent first, at most 50; counted without the search’s own conditions on this field.',
  })
  values!: readonly FacetValueType[];

  @Field(() => Boolean, { description: 'Whether there are more values.' })
  more!: boolean;
}

@ObjectType('AssetCondition', { description: 'One condition of a saved search.' })
@Access(READ)
export class AssetConditionType {
  @Field(() => AssetFieldEnum, { description: 'What is looked at.' })
  field!: AssetField;

  @Field(() => [String], { description: 'It has one of these values.' })
  values!: readonly string[];

  @Field(() => Boolean, { description: 'Whether it has none of them instead.' })
  negated!: boolean;
}

@ObjectType('AssetConditionGroup', { description: 'Conditions of a saved search that hold together.' })
@Access(READ)
export class ConditionGroupType {
  @Field(() => [AssetConditionType], { description: 'All of these hold.' })
  and!: readonly AssetConditionType[];
}
