import { Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import type { NodeKey } from '../../domain/node/node-key.ts';
import { ADMIN } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import {
  EnrolmentTokenType,
  IssueEnrolmentTokenInput,
  NodeKeyConnection,
  NodeKeysArgs,
  NodeKeyType,
  RevokeNodeKeysInput,
  RevokeNodeKeysPayload,
} from './node-key.ts';

const shown = ({ registry }: RegistryContext, key: NodeKey): NodeKeyType =>
  new NodeKeyType(key, registry.nodeKeys.stateOf(key));

@Resolver()
export class NodeKeyResolver {
  @Query(() => NodeKeyConnection, {
    description: 'The keys of edge nodes, the newest first, also those that have ended.',
  })
  @Access(ADMIN)
  nodeKeys(
    @Args(() => NodeKeysArgs) args: NodeKeysArgs,
    @Ctx() context: RegistryContext,
  ): Promise<Connection<NodeKeyType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => context.registry.nodeKeys.list(context, { node: args.node ?? null }, page),
      keyOf: ({ position }) => [position],
      nodeOf: (row) => shown(context, row),
    });
  }

  @Mutation(() => EnrolmentTokenType, {
    description:
      'Makes a token with which a new edge node enrols a key of its own, once. One before it that nobody used is good no more.',
  })
  @Access(ADMIN)
  issueEnrolmentToken(
    @Input(() => IssueEnrolmentTokenInput, 'For which node.') { node, minutes }: IssueEnrolmentTokenInput,
    @Ctx() context: RegistryContext,
  ): Promise<EnrolmentTokenType> {
    return context.registry.nodeKeys.issueToken(context, { node, minutes });
  }

  @Mutation(() => RevokeNodeKeysPayload, {
    description: 'Ends all keys of an edge node at once, and its token if nobody used that.',
  })
  @Access(ADMIN)
  async revokeNodeKeys(
    @Input(() => RevokeNodeKeysInput, 'Whose, and why.') { node, reason }: RevokeNodeKeysInput,
    @Ctx() context: RegistryContext,
  ): Promise<RevokeNodeKeysPayload> {
    const revoked = await context.registry.nodeKeys.revoke(context, { node, reason });
    return { revoked: revoked.map((key) => shown(context, key)) };
  }
}
