import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import type { UrnKind } from '../../../../core/urn.ts';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import { READ } from '../access.ts';
import type { FilterGroup, SearchInput } from '../../domain/catalogue/asset-filter.ts';
import { MAX_DEPTH, type Direction } from '../../domain/catalogue/lineage.ts';
import type { Reached } from '../../operations/catalogue/lineages.ts';
import { connectionOf } from '../connection-types.ts';
import { FilterGroupInput } from './asset-filter.ts';
import { AssetKindEnum, AssetType } from './asset.ts';
import { DirectionEnum, LineageGapType } from './lineage.ts';

@ObjectType('KindCount', { description: 'How many assets of a kind.' })
@Access(READ)
export class KindCountType {
  @Field(() => AssetKindEnum, { description: 'The kind.' })
  kind!: UrnKind;

  @Field(() => Int, { description: 'How many.' })
  count!: number;
}

@ObjectType('DegreeCount', { description: 'How many assets are so many steps away.' })
@Access(READ)
export class DegreeCountType {
  @Field(() => Int, { description: 'How many steps.' })
  degree!: number;

  @Field(() => Int, { description: 'How many assets.' })
  count!: number;
}

@ObjectType('Impact', { description: 'How much comes from something, or how much it comes from.' })
@Access(READ)
export class ImpactType {
  @Field(() => ID, { description: 'Of what.' })
  id!: string;

  @Field(() => Int, { description: 'How many assets are reached, without the start.' })
  total!: number;

  @Field(() => [KindCountType], { description: 'How many of each kind, the most first.' })
  kinds!: readonly KindCountType[];

  @Field(() => [DegreeCountType], { description: 'How many so many steps away, nearest first.' })
  degrees!: readonly DegreeCountType[];

  @Field(() => Boolean, {
    description: 'True only if every subgraph’s events have been taken in, nothing was cut off and no id is unknown.',
  })
  complete!: boolean;

  @Field(() => [LineageGapType], { description: 'Why it is not complete.' })
  truncatedBecause!: readonly LineageGapType[];
}

@ArgsType()
export class ImpactArgs {
  @Field(() => ID, { description: 'Where to begin: an id, whole or short.' })
  id!: string;

  @Field(() => DirectionEnum, { defaultValue: 'DOWNSTREAM', description: 'Which way to go.' })
  direction!: Direction;

  @Field(() => Int, { nullable: true, description: `How many steps: 1 to ${MAX_DEPTH}; left out: to the end.` })
  depth?: number | null;

  @Field(() => Date, { nullable: true, description: 'As it was at this moment; left out: as it is.' })
  asOf?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of a mutation: waits up to 2 s until it is known.',
  })
  afterEvent?: string | null;
}

@ObjectType('ReachedAsset', { description: 'An asset that lineage leads to.' })
@Access(READ)
export class ReachedAssetType {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => Int, { description: 'How many steps it is away.' })
  degree!: number;

  @Field(() => AssetType, { nullable: true, description: 'What is known of it; null if no subgraph announced it.' })
  asset!: AssetType | null;
}

export const ReachedAssetConnection = connectionOf('ReachedAsset', () => ReachedAssetType);

/** What the further fields of a page are asked of. */
export interface ReachPage {
  readonly reached: Reached;
  readonly search: SearchInput;
  readonly total: number;
}

@ArgsType()
export class SearchAcrossLineageArgs extends PageArgs {
  @Field(() => ID, { description: 'Where to begin: an id, whole or short.' })
  id!: string;

  @Field(() => DirectionEnum, { description: 'Which way to go.' })
  direction!: Direction;

  @Field(() => Int, { nullable: true, description: `How many steps: 1 to ${MAX_DEPTH}; left out: to the end.` })
  depth?: number | null;

  @Field(() => String, { defaultValue: '', description: 'Words, as search takes them; left out: everything.' })
  text!: string;

  @Field(() => [AssetKindEnum], { nullable: true, description: 'Only these kinds; left out: all.' })
  kinds?: UrnKind[] | null;

  @Field(() => [FilterGroupInput], {
    nullable: true,
    description: 'At least one of these groups of conditions holds: 1 to 10; left out: no condition.',
  })
  orFilters?: FilterGroup[] | null;

  @Field(() => Date, { nullable: true, description: 'As it was at this moment; left out: as it is.' })
  asOf?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of a mutation: waits up to 2 s until it is known.',
  })
  afterEvent?: string | null;
}

@ObjectType('LineagePath', { description: 'One way from an asset down to another.' })
@Access(READ)
export class LineagePathType {
  @Field(() => [ID], { description: 'The ids on the way, both ends included.' })
  ids!: readonly string[];
}

@ObjectType('LineagePaths', { description: 'The ways from one asset down to another.' })
@Access(READ)
export class LineagePathsType {
  @Field(() => [LineagePathType], {
    description: 'The ways, the shortest first; none: neither comes from the other that way.',
  })
  paths!: readonly LineagePathType[];

  @Field(() => Boolean, {
    description: 'True only if all ways are listed, every subgraph’s events have been taken in and no id is unknown.',
  })
  complete!: boolean;

  @Field(() => [LineageGapType], { description: 'Why it is not complete.' })
  truncatedBecause!: readonly LineageGapType[];
}

@ArgsType()
export class LineagePathsArgs {
  @Field(() => ID, { description: 'The upstream end: an id, whole or short.' })
  from!: string;

  @Field(() => ID, { description: 'The downstream end: an id, whole or short.' })
  to!: string;

  @Field(() => Int, { defaultValue: MAX_DEPTH, description: `How many steps a way may have: 1 to ${MAX_DEPTH}.` })
  depth!: number;

  @Field(() => Int, { defaultValue: 20, description: 'How many ways at most: 1 to 100.' })
  first!: number;

  @Field(() => Date, { nullable: true, description: 'As it was at this moment; left out: as it is.' })
  asOf?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of a mutation: waits up to 2 s until it is known.',
  })
  afterEvent?: string | null;
}
