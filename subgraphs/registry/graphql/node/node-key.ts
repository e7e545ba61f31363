import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs } from '../../../shared/graphql/connection.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { edgeNodeUrn } from '../../domain/ids.ts';
import { NODE_KEY_STATES, type NodeKey, type NodeKeyState } from '../../domain/node/node-key.ts';
import { ADMIN } from '../access.ts';
import { connectionOf } from '../connection-types.ts';

export const NodeKeyStateEnum = graphqlEnum('NodeKeyState', NODE_KEY_STATES, 'How the key of a node stands.', {
  ACTIVE: 'It is good.',
  ENDING: 'The node has another one; it is good until expiresAt.',
  EXPIRED: 'The node has another one.',
  REVOKED: 'Somebody ended it.',
});

@ObjectType('NodeKey', { description: 'A key that an edge node made for itself and enrolled. Nobody else has it.' })
@Access(ADMIN)
export class NodeKeyType {
  @Field(() => ID, { description: 'The node: tiffin:<project>:edge-node:<name>' })
  readonly nodeId: string;

  @Field(() => String, { description: 'The name of the node, for which alone it speaks.' })
  readonly node: string;

  @Field(() => Int, { description: 'The first key of a node is 1; each rotation adds one.' })
  readonly number: number;

  @Field(() => NodeKeyStateEnum, { description: 'How it stands now.' })
  readonly state: NodeKeyState;

  @Field(() => Date, { description: 'When it was enrolled.' })
  readonly enrolledAt: Date;

  @Field(() => String, { description: 'Who issued the token that the node came with.' })
  readonly enrolledBy: string;

  @Field(() => Date, { nullable: true, description: 'When it ends, since the node has another; null: it has none.' })
  readonly expiresAt: Date | null;

  @Field(() => Date, { nullable: true, description: 'When it was revoked.' })
  readonly revokedAt: Date | null;

  @Field(() => String, { nullable: true, description: 'Who revoked it.' })
  readonly revokedBy: string | null;

  constructor(
    { project, node, number, enrolledAt, enrolledBy, expiresAt, revokedAt, revokedBy }: NodeKey,
    state: NodeKeyState,
  ) {
    this.nodeId = edgeNodeUrn.format({ project, name: node });
    this.node = node;
    this.number = number;
    this.state = state;
    this.enrolledAt = enrolledAt;
    this.enrolledBy = enrolledBy;
    this.expiresAt = expiresAt;
    this.revokedAt = revokedAt;
    this.revokedBy = revokedBy;
  }
}

export const NodeKeyConnection = connectionOf('NodeKey', () => NodeKeyType, ADMIN);

@ArgsType()
export class NodeKeysArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only those of the node of this name; left out: all.' })
  node?: string | null;
}

@InputType({ description: 'A token for a node that is to be enrolled.' })
export class IssueEnrolmentTokenInput {
  @Field(() => String, { description: 'The name of the node, as its setting TIFFIN_EDGE_NODE has it.' })
  node!: string;

  @Field(() => Int, { defaultValue: 60, description: 'For how many minutes it is good: 1 to 10080.' })
  minutes!: number;
}

@ObjectType('EnrolmentToken', { description: 'A token with which one node enrols, once.' })
@Access(ADMIN)
export class EnrolmentTokenType {
  @Field(() => String, { description: 'The token: give it to the node as TIFFIN_EDGE_ENROL_TOKEN. It is shown once.' })
  readonly token!: string;

  @Field(() => String, { description: 'The node that may use it.' })
  readonly node!: string;

  @Field(() => Date, { description: 'Until when it is good.' })
  readonly expiresAt!: Date;
}

@InputType({ description: 'Whose keys are to end, and why.' })
export class RevokeNodeKeysInput {
  @Field(() => String, { description: 'The name of the node.' })
  node!: string;

  @Field(() => String, { description: 'Why; it stays on record.' })
  reason!: string;
}

@ObjectType('RevokeNodeKeysPayload', { description: 'What was revoked.' })
@Access(ADMIN)
export class RevokeNodeKeysPayload {
  @Field(() => [NodeKeyType], { description: 'The keys that were good until now.' })
  readonly revoked!: readonly NodeKeyType[];
}
