import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import { DIRECTIONS, GAPS, MAX_DEPTH, MAX_NODES, type Direction, type Gap } from '../../domain/catalogue/lineage.ts';
import type { Asset } from '../../domain/catalogue/asset.ts';
import { MOST_REACHED } from '../../operations/catalogue/lineages.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';

export const DirectionEnum = graphqlEnum(
  'LineageDirection',
  DIRECTIONS,
  'UPSTREAM: where something comes from. DOWNSTREAM: what comes from it.',
);

export const GapEnum = graphqlEnum('LineageGapReason', GAPS, 'Why a lineage may not be the whole truth.', {
  PRODUCER_BEHIND: 'A subgraph does not answer, or has announced more than has arrived here.',
  NODE_CAP: `There are more assets than an answer has: ${MAX_NODES} in lineage, ${MOST_REACHED} in what counts or searches.`,
  DANGLING_ID: 'Something is named that no subgraph has announced.',
  PATH_CAP: 'There are, or may be, more ways than are listed.',
  AFTER_NOT_REACHED: 'The mutation to wait for has not arrived in time.',
});

@ObjectType('LineageNode', { description: 'One asset on the way.' })
@Access(READ)
export class LineageNodeType {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => Int, { description: 'How many steps it is away; 0 for where the walk began.' })
  degree!: number;

  readonly assetsOf!: () => Promise<ReadonlyMap<string, Asset>>;

  readonly hiddenOf!: () => Promise<ReadonlyMap<string, number>>;
}

@ObjectType('LineageEdge', { description: 'One asset comes from another.' })
@Access(READ)
export class LineageEdgeType {
  @Field(() => ID, { description: 'What is come from.' })
  upstream!: string;

  @Field(() => ID, { description: 'What comes from it.' })
  downstream!: string;

  @Field(() => String, {
    description: 'How: DERIVED_FROM, CONTAINS, READS, TRAINED_ON, SERVES, DEPLOYS, RUNS_ON, WATCHES.',
  })
  relation!: string;

  @Field(() => Date, { description: 'Since when.' })
  validFrom!: Date;

  @Field(() => Date, { nullable: true, description: 'Until when; null: still.' })
  validTo!: Date | null;
}

@ObjectType('LineageGap', { description: 'One reason why a lineage may not be the whole truth.' })
@Access(READ)
export class LineageGapType {
  @Field(() => GapEnum, { description: 'Which.' })
  reason!: Gap['reason'];

  @Field(() => String, { description: 'What exactly.' })
  detail!: string;
}

@ObjectType('Lineage', { description: 'Where something comes from, or what comes from it.' })
@Access(READ)
export class LineageType {
  @Field(() => [LineageNodeType], { description: 'The assets, nearest first, the start included.' })
  nodes!: readonly LineageNodeType[];

  @Field(() => [LineageEdgeType], { description: 'What connects them.' })
  edges!: readonly LineageEdgeType[];

  @Field(() => Boolean, {
    description: 'True only if every subgraph’s events have been taken in, nothing was cut off and no id is unknown.',
  })
  complete!: boolean;

  @Field(() => [LineageGapType], { description: 'Why it is not complete.' })
  truncatedBecause!: readonly LineageGapType[];
}

@ArgsType()
export class LineageArgs {
  @Field(() => ID, {
    description:
      'Where to begin: an id, whole or short (`fraud@3`; `model-version:fraud@3` where that names several things).',
  })
  id!: string;

  @Field(() => DirectionEnum, { description: 'Which way to go.' })
  direction!: Direction;

  @Field(() => Int, { defaultValue: 1, description: `How many steps: 1 to ${MAX_DEPTH}.` })
  depth!: number;

  @Field(() => Date, {
    nullable: true,
    description: 'As it was at this moment, which has come and when the asset was there; left out: as it is.',
  })
  asOf?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of a mutation: waits up to 2 s until lineage knows of it.',
  })
  after?: string | null;
}
