import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import { READ } from '../access.ts';
import type { StoredAudit } from '../../operations/audit/audit.ts';
import type { SubgraphName } from '../../../../schema/nouns.ts';
import { AuditSubgraphEnum } from './audit-verdict.ts';
import { connectionOf } from '../connection-types.ts';

@ObjectType('AuditRecord', {
  description: 'One change, or one refusal by a rule: it is never altered.',
})
@Access(READ)
export class AuditRecordType {
  @Field(() => AuditSubgraphEnum, { description: 'Whose chain it is in.' })
  readonly subgraph: SubgraphName;

  @Field(() => Int, { description: 'Its place in the chain of that subgraph and the project.' })
  readonly seq: number;

  @Field(() => String, { description: 'SHA-256 of the record, which the next one names.' })
  readonly hash: string;

  @Field(() => String, { description: 'The hash of the record before it.' })
  readonly prevHash: string;

  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  @Field(() => String, { description: 'Who.' })
  readonly actor: string;

  @Field(() => [String], { description: 'In which roles.' })
  readonly actorRoles: readonly string[];

  @Field(() => String, { nullable: true, description: 'For whom, where a key or service acted for somebody.' })
  readonly onBehalfOf: string | null;

  @Field(() => String, { description: 'What was done: the noun, then the verb; `.refused` where a rule refused it.' })
  readonly action: string;

  @Field(() => ID, { description: 'To what.' })
  readonly subject: string;

  @Field(() => String, { nullable: true, description: 'Digest of it before.' })
  readonly beforeDigest: string | null;

  @Field(() => String, { nullable: true, description: 'Digest of it after.' })
  readonly afterDigest: string | null;

  @Field(() => String, { nullable: true, description: 'Why.' })
  readonly reason: string | null;

  @Field(() => String, { nullable: true, description: 'The rule that refused, where one did.' })
  readonly rule: string | null;

  @Field(() => String, { description: 'The request that did it.' })
  readonly requestId: string;

  constructor({ subgraph, record: { record, hash } }: StoredAudit) {
    this.subgraph = subgraph;
    this.seq = record.seq;
    this.hash = hash;
    this.prevHash = record.prevHash;
    this.at = new Date(record.at);
    this.actor = record.actor;
    this.actorRoles = record.actorRoles;
    this.onBehalfOf = record.onBehalfOf;
    this.action = record.action;
    this.subject = record.subject;
    this.beforeDigest = record.beforeDigest;
    this.afterDigest = record.afterDigest;
    this.reason = record.reason;
    this.rule = record.rule;
    this.requestId = record.requestId;
  }
}

export const AuditRecordConnection = connectionOf('AuditRecord', () => AuditRecordType);

@ArgsType()
export class AuditArgs extends PageArgs {
  @Field(() => [AuditSubgraphEnum], {
    nullable: true,
    description: 'Whose records, as one list by time; left out: those of the registry.',
  })
  subgraphs?: SubgraphName[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only what was done to this; a short id (`fraud@3`) means what is called so, of whichever kind.',
  })
  subject?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only what was done to ids that begin so: tiffin:default:model-version:fraud@',
  })
  subjectPrefix?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only what this one did, or what was done for them: user:ann, key:ci.',
  })
  actor?: string | null;

  @Field(() => String, { nullable: true, description: 'Only this action: model-version.approve, traffic.rollback.' })
  action?: string | null;

  @Field(() => Date, { nullable: true, description: 'Only from this moment on.' })
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: 'Only before this moment.' })
  until?: Date | null;
}
