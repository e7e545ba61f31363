// Made from operations.graphql by "npm run operations": change that file, not this one.

import { operation } from '../../client/operation.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type FlightsStoredQueryVariables = Exact<{
  deployment: string;
  from: string;
  to: string;
  after?: string | null | undefined;
}>;


export type FlightsStoredQuery = { readonly predictions: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly occurredAt: string, readonly score: number | null, readonly decision: string | null, readonly arm: string | null, readonly inputs: ReadonlyArray<{ readonly name: string, readonly text: string | null }>, readonly features: ReadonlyArray<{ readonly name: string, readonly number: number | null, readonly status: string | null }>, readonly outcome: { readonly value: number } | null, readonly shadow: { readonly score: number | null, readonly decision: string | null } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null };

export const FlightsStored = operation<FlightsStoredQuery, FlightsStoredQueryVariables>(
  'query',
  'FlightsStored',
  `query FlightsStored($deployment: ID!, $from: DateTime!, $to: DateTime!, $after: String) {
  predictions(
    deployment: $deployment
    from: $from
    to: $to
    first: 100
    after: $after
  ) {
    edges {
      node {
        id
        occurredAt
        score
        decision
        arm
        inputs {
          name
          text
        }
        features {
          name
          number
          status
        }
        outcome {
          value
        }
        shadow {
          score
          decision
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
);

