import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { AuditJudgement, SubgraphJudgement } from '../../operations/audit/audit.ts';
import { SUBGRAPHS } from '../../../../schema/nouns.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';

export const AuditSubgraphEnum = Object.fromEntries(SUBGRAPHS.map((source) => [source.toUpperCase(), source]));
registerEnumType(AuditSubgraphEnum, { name: 'AuditSubgraph', description: 'Whose audit chain.' });

export const ChainStateEnum = graphqlEnum(
  'AuditChainState',
  ['WHOLE', 'BROKEN', 'UNREACHABLE'],
  'WHOLE; BROKEN; UNREACHABLE: the subgraph does not answer, and nothing is known.',
);

export const ShownByEnum = graphqlEnum(
  'AuditEvidence',
  ['CHAIN', 'CHECKPOINT'],
  'CHAIN: the records themselves show it. CHECKPOINT: only what was kept outside shows it.',
);

@ObjectType('AuditChainVerdict', { description: 'Whether one subgraph’s audit chain is whole.' })
@Access(READ)
export class AuditChainVerdictType implements SubgraphJudgement {
  @Field(() => AuditSubgraphEnum, { description: 'Whose chain.' })
  subgraph!: SubgraphJudgement['subgraph'];

  @Field(() => ChainStateEnum, { description: 'How it stands.' })
  state!: SubgraphJudgement['state'];

  @Field(() => Boolean, { description: 'Whether it is WHOLE.' })
  ok!: boolean;

  @Field(() => Int, { description: 'How many records link up from the first one on.' })
  checked!: number;

  @Field(() => Int, { nullable: true, description: 'The first record that is wrong or missing, at the earliest.' })
  firstBadSeq!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The same at the latest: a checkpoint only knows that it lies between two of them.',
  })
  lastBadSeq!: number | null;

  @Field(() => String, { nullable: true, description: 'What is wrong with it.' })
  why!: string | null;

  @Field(() => ShownByEnum, { nullable: true, description: 'What shows it.' })
  shownBy!: SubgraphJudgement['shownBy'];

  @Field(() => Int, {
    description: 'Rewriting up to this record would be seen by a checkpoint; later records only vouch for each other.',
  })
  checkpointedTo!: number;
}

@ObjectType('AuditTrailVerdict', { description: 'Whether the file of checkpoints is whole.' })
@Access(READ)
export class AuditTrailVerdictType {
  @Field(() => Boolean, {
    description: 'Whether every checkpoint is signed by a trusted key and follows the one before.',
  })
  ok!: boolean;

  @Field(() => Int, { description: 'How many checkpoints were found good, from the first on.' })
  count!: number;

  @Field(() => Date, { nullable: true, description: 'When the newest of them was made; null without any.' })
  newestAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'The first line of the file that is wrong.' })
  firstBadLine!: number | null;

  @Field(() => String, { nullable: true, description: 'What is wrong with it.' })
  why!: string | null;
}

@ObjectType('AuditVerdict', { description: 'Whether the audit records of a project are whole.' })
@Access(READ)
export class AuditVerdictType {
  @Field(() => Boolean, { description: 'Whether every chain was walked and is whole, and so are the checkpoints.' })
  readonly ok: boolean;

  @Field(() => Int, { description: 'How many records were found good, over all chains.' })
  readonly checked: number;

  @Field(() => Int, { nullable: true, description: 'In the first chain that is broken: its first bad record.' })
  readonly firstBadSeq: number | null;

  @Field(() => String, { nullable: true, description: 'What is wrong, and where; null if all is well.' })
  readonly why: string | null;

  @Field(() => [AuditChainVerdictType], { description: 'Each subgraph’s chain.' })
  readonly chains: readonly AuditChainVerdictType[];

  @Field(() => AuditTrailVerdictType, { description: 'The checkpoints that they were held against.' })
  readonly checkpoints: AuditTrailVerdictType;

  constructor({ ok, chains, trail }: AuditJudgement) {
    const worst = chains.find(({ state }) => state === 'BROKEN') ?? chains.find((chain) => !chain.ok);
    this.ok = ok;
    this.checked = chains.reduce((sum, chain) => sum + chain.checked, 0);
    this.firstBadSeq = worst?.firstBadSeq ?? null;
    this.why = worst ? `${worst.subgraph}: ${worst.why}` : trail.why;
    this.chains = chains;
    this.checkpoints = trail;
  }
}
