import { Field, InputType, ObjectType } from 'type-graphql';
import type { UrnKind } from '../../../../core/urn.ts';
import { Access } from '../../../shared/auth/access.ts';
import { READ, SAVE } from '../access.ts';
import type { FilterGroup } from '../../domain/catalogue/asset-filter.ts';
import type { SavedSearch } from '../../domain/catalogue/saved-search.ts';
import { connectionOf } from '../connection-types.ts';
import { ConditionGroupType, FilterGroupInput } from './asset-filter.ts';
import { AssetKindEnum } from './asset.ts';

@ObjectType('SavedSearch', { description: 'A search that is kept under a name, for everybody in the project.' })
@Access(READ)
export class SavedSearchType {
  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it is for, in words.' })
  readonly description: string;

  @Field(() => String, { description: 'The words that are searched; empty for everything.' })
  readonly text: string;

  @Field(() => [AssetKindEnum], { description: 'Only these kinds; empty: all.' })
  readonly kinds: readonly UrnKind[];

  @Field(() => [ConditionGroupType], { description: 'At least one of these groups of conditions holds; empty: none.' })
  readonly orFilters: readonly FilterGroup[];

  @Field(() => String, { description: 'Who made it: who may change it, besides admins.' })
  readonly createdBy: string;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => Date, { description: 'When it was last changed.' })
  readonly updatedAt: Date;

  readonly source: SavedSearch;

  constructor(search: SavedSearch) {
    this.name = search.name;
    this.description = search.description;
    this.text = search.text;
    this.kinds = search.kinds;
    this.orFilters = search.orFilters;
    this.createdBy = search.createdBy;
    this.createdAt = search.createdAt;
    this.updatedAt = search.updatedAt;
    this.source = search;
  }
}

export const SavedSearchConnection = connectionOf('SavedSearch', () => SavedSearchType);

@InputType({ description: 'A search to keep. One of the same name is replaced, by who made it or an admin.' })
export class SaveSearchInput {
  @Field(() => String, { description: 'Its name: a letter, then letters, digits, "_", "-" and ".".' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, in words.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'The words that are searched; left out: everything.' })
  text?: string | null;

  @Field(() => [AssetKindEnum], { nullable: true, description: 'Only these kinds; left out: all.' })
  kinds?: UrnKind[] | null;

  @Field(() => [FilterGroupInput], {
    nullable: true,
    description: 'At least one of these groups of conditions holds: 1 to 10; left out: no condition.',
  })
  orFilters?: FilterGroupInput[] | null;
}

@InputType({ description: 'One saved search.' })
export class SavedSearchInput {
  @Field(() => String, { description: 'Its name.' })
  name!: string;
}

@ObjectType({ description: 'A search that is kept.' })
@Access(SAVE)
export class SavedSearchPayload {
  @Field(() => SavedSearchType, { description: 'The search.' })
  readonly savedSearch: SavedSearchType;

  constructor(search: SavedSearch) {
    this.savedSearch = new SavedSearchType(search);
  }
}
