import { Field, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ } from '../access.ts';
import type { KnownCheckpoint } from '../../operations/audit/checkpoints.ts';
import { AuditSubgraphEnum } from './audit-verdict.ts';
import { connectionOf } from '../connection-types.ts';
import type { SubgraphName } from '../../../../schema/nouns.ts';

@ObjectType('AuditHead', { description: 'Where one subgraph’s audit chain stood.' })
@Access(READ)
export class AuditHeadType {
  @Field(() => AuditSubgraphEnum, { description: 'Whose chain.' })
  subgraph!: SubgraphName;

  @Field(() => Int, { description: 'Its last record.' })
  seq!: number;

  @Field(() => String, { description: 'That record’s hash.' })
  hash!: string;
}

@ObjectType('AuditCheckpoint', { description: 'Where all audit chains stood at a moment, signed and kept outside.' })
@Access(READ)
export class AuditCheckpointType {
  @Field(() => Int, { description: '1, 2, 3 … without gaps.' })
  readonly number: number;

  @Field(() => Date, { description: 'When.' })
  readonly at: Date;

  @Field(() => [AuditHeadType], { description: 'The chains that hold records.' })
  readonly heads: readonly AuditHeadType[];

  @Field(() => [AuditSubgraphEnum], { description: 'Who did not answer: nothing is said of their chains.' })
  readonly unreachable: readonly SubgraphName[];

  @Field(() => String, { description: 'SHA-256 of its text, which the next one names.' })
  readonly digest: string;

  @Field(() => [String], { description: 'The keys that signed it.' })
  readonly keyIds: readonly string[];

  @Field(() => String, { description: 'The line as it stands in the file, to be kept and checked elsewhere.' })
  readonly line: string;

  constructor({ checkpoint, digest, keyIds, text }: KnownCheckpoint) {
    this.number = checkpoint.number;
    this.at = new Date(checkpoint.at);
    this.heads = checkpoint.heads;
    this.unreachable = checkpoint.unreachable;
    this.digest = digest;
    this.keyIds = keyIds;
    this.line = text;
  }
}

export const AuditCheckpointConnection = connectionOf('AuditCheckpoint', () => AuditCheckpointType);
