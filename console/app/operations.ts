// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { readonly me: { readonly name: string, readonly roles: ReadonlyArray<string> } | null };

export type MayQueryVariables = Exact<{
  actions: ReadonlyArray<string> | string;
  subject?: string | null | undefined;
}>;


export type MayQuery = { readonly me: { readonly may: ReadonlyArray<{ readonly action: string, readonly allowed: boolean, readonly reason: string | null, readonly rule: string | null, readonly needs: ReadonlyArray<string> }> } | null };

export type FindQueryVariables = Exact<{
  text: string;
}>;


export type FindQuery = { readonly search: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly description: string } }> } | null };

export type ChangesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ChangesSubscription = { readonly assetChanged: { readonly asset: { readonly id: string } } | null };

export const Me = operation<MeQuery, MeQueryVariables>(
  'query',
  'Me',
  `sha256:674f9b8ddd9f23bdf2f2c649a034f4b6f0334f66b9e17c6a1efafbac99b8f780`,
);

export const May = operation<MayQuery, MayQueryVariables>(
  'query',
  'May',
  `sha256:05a2ca96d0597f2da0ac951b2f43de438492122e564a3bd95d96ae6307c9e9c6`,
);

export const Find = operation<FindQuery, FindQueryVariables>(
  'query',
  'Find',
  `sha256:6981691994d9ab08e9f9d8b48a4214de8880389382618688cc5c026cb3fddc6c`,
);

export const Changes = operation<ChangesSubscription, ChangesSubscriptionVariables>(
  'subscription',
  'Changes',
  `sha256:790f7fcd5190dc15bcfafc6af781afd78f27b87d1e7c053e5738043cae68ac8f`,
);

