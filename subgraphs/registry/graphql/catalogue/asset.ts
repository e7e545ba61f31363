import { ArgsType, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { UrnKind } from '../../../../core/urn.ts';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import { READ } from '../access.ts';
import type { ToldAsset } from '../../domain/catalogue/asset.ts';
import { connectionOf } from '../connection-types.ts';
import { ASSET_KINDS } from '../../../../schema/nouns.ts';

export const AssetKindEnum = Object.fromEntries(
  ASSET_KINDS.map((kind) => [kind.toUpperCase().replaceAll('-', '_'), kind]),
) as Record<string, UrnKind>;
registerEnumType(AssetKindEnum, { name: 'AssetKind', description: 'What an id can name.' });

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

  @Field(() => Boolean, { description: 'Whether it has been deleted; lineage still shows it.' })
  readonly deleted: boolean;

  @Field(() => Date, { description: 'When its owner last told of it.' })
  readonly updatedAt: Date;

  @Field(() => [String], { description: 'Where a search’s words occur, each between **; empty outside a search.' })
  readonly highlights: readonly string[];

  constructor(asset: ToldAsset, highlights: readonly string[] = []) {
    this.id = asset.urn;
    this.kind = asset.kind;
    this.name = asset.name;
    this.description = asset.description;
    this.owner = asset.owner;
    this.tags = asset.tags;
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

  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of a mutation: waits up to 2 s until search knows of it.',
  })
  afterEvent?: string | null;
}
