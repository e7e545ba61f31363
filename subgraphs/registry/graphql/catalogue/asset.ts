import { ArgsType, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { UrnKind } from '../../../../core/urn.ts';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import { READ } from '../access.ts';
import type { Asset, DeclaredAsset } from '../../domain/catalogue/asset.ts';
import { kindName, type FilterGroup } from '../../domain/catalogue/asset-filter.ts';
import type { Deprecation } from '../../domain/catalogue/asset-note.ts';
import { FilterGroupInput } from './asset-filter.ts';
import { connectionOf } from '../connection-types.ts';
import { ASSET_KINDS } from '../../../../schema/nouns.ts';

export const AssetKindEnum = Object.fromEntries(ASSET_KINDS.map((kind) => [kindName(kind), kind])) as Record<
  string,
  UrnKind
>;
registerEnumType(AssetKindEnum, { name: 'AssetKind', description: 'What an id can name.' });

@ObjectType('AssetDeprecation', { description: 'That nobody is to begin to use an asset.' })
@Access(READ)
export class DeprecationType {
  @Field(() => String, { description: 'Why.' })
  readonly reason!: string;

  @Field(() => ID, { nullable: true, description: 'What to use in its place.' })
  readonly replacement!: string | null;

  @Field(() => Date, { nullable: true, description: 'Until when it stays.' })
  readonly sunsetAt!: Date | null;

  @Field(() => Date, { description: 'When it was deprecated.' })
  readonly at!: Date;

  @Field(() => String, { description: 'By whom.' })
  readonly by!: string;
}

@ObjectType('Asset', { description: 'Anything that the graph knows, as search and lineage show it.' })
@Access(READ)
export class AssetType {
  @Field(() => ID, { description: 'tiffin:<project>:<kind>:<name>[@version]: what node(id) takes.' })
  readonly id: string;

  @Field(() => AssetKindEnum, { description: 'What it is.' })
  readonly kind: UrnKind;

  @Field(() => String, { description: 'Its name.' })
  readonly name: string;

  @Field(() => String, { description: 'What it is for, in words.' })
  readonly description: string;

  @Field(() => String, { nullable: true, description: 'Who answers for it.' })
  readonly owner: string | null;

  @Field(() => [String], { description: 'Labels.' })
  readonly tags: readonly string[];

  @Field(() => String, { nullable: true, description: 'The part of the business that it belongs to.' })
  readonly domain: string | null;

  @Field(() => String, { nullable: true, description: 'Where its documentation is.' })
  readonly documentationUrl: string | null;

  @Field(() => DeprecationType, {
    nullable: true,
    description: 'That nobody is to begin to use it; null: it may be used.',
  })
  readonly deprecation: Deprecation | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether anything that exists reads it or is made of it; null in a subscription.',
  })
  readonly used: boolean | null;

  @Field(() => Boolean, { description: 'Whether it has been deleted; lineage still shows it.' })
  readonly deleted: boolean;

  @Field(() => Date, { description: 'When its subgraph last announced it.' })
  readonly updatedAt: Date;

  @Field(() => [String], { description: 'Where a search’s words occur, each between **; empty outside a search.' })
  readonly highlights: readonly string[];

  constructor(asset: DeclaredAsset & Partial<Asset>, highlights: readonly string[] = []) {
    this.id = asset.urn;
    this.kind = asset.kind;
    this.name = asset.name;
    this.description = asset.description;
    this.owner = asset.owner;
    this.tags = asset.tags;
    this.domain = asset.domain ?? null;
    this.documentationUrl = asset.documentationUrl ?? null;
    this.deprecation = asset.deprecation ?? null;
    this.used = asset.used ?? null;
    this.deleted = asset.deleted;
    this.updatedAt = asset.at;
    this.highlights = highlights;
  }
}

export const AssetConnection = connectionOf('Asset', () => AssetType);

@ArgsType()
export class SearchArgs extends PageArgs {
  @Field(() => String, { description: 'Words, a name or the beginning of one; empty for everything.' })
  text!: string;

  @Field(() => [AssetKindEnum], { nullable: true, description: 'Only these kinds; left out: all.' })
  kinds?: UrnKind[] | null;

  @Field(() => [FilterGroupInput], {
    nullable: true,
    description: 'At least one of these groups of conditions holds: 1 to 10; left out: no condition.',
  })
  orFilters?: FilterGroup[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of a mutation: waits up to 2 s until search knows of it.',
  })
  afterEvent?: string | null;
}
