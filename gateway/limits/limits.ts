import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { measuredOnce } from './measured-once.ts';
import type { Measures } from './measure.ts';
import type { GatewayContext } from '../answer/subgraph-call.ts';

/** What one request may ask for. */
export interface Limits {
  /** Words and signs of the document, counted while it is parsed. */
  readonly maxTokens: number;
  /** Fields below one another. */
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxRootFields: number;
  /** `first` or `last` of one list. */
  readonly maxPageSize: number;
  /** Objects that the answer could hold: lists count as long as they were asked for. */
  readonly maxCost: number;
  /** For everything together; of a subscription for each event. */
  readonly maxTimeMs: number;
  /** Subscriptions of one caller at a time. */
  readonly maxSubscriptions: number;
  /** How long a subscriber may take no event that is there for it. */
  readonly maxStallMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxTokens: 4_000,
  maxDepth: 20,
  maxAliases: 50,
  maxRootFields: 20,
  maxPageSize: 100,
  maxCost: 10_000,
  maxTimeMs: 30_000,
  maxSubscriptions: 20,
  maxStallMs: 30_000,
};

interface Check {
  readonly limit: string;
  readonly max: number;
  readonly asked: number;
  readonly message: string;
  readonly field?: string;
}

const checksOf = (limits: Limits, { depth, aliases, rootFields, cost, page }: Measures): readonly Check[] => [
  {
    limit: 'depth',
    max: limits.maxDepth,
    asked: depth,
    message: `fields may lie ${limits.maxDepth} deep, these lie ${depth} deep`,
  },
  {
    limit: 'aliases',
    max: limits.maxAliases,
    asked: aliases,
    message: `an operation may use ${limits.maxAliases} aliases, this one uses ${aliases}`,
  },
  {
    limit: 'rootFields',
    max: limits.maxRootFields,
    asked: rootFields,
    message: `an operation may have ${limits.maxRootFields} root fields, this one has ${rootFields}`,
  },
  {
    limit: 'pageSize',
    max: limits.maxPageSize,
    asked: page.size,
    message: `${page.coordinate} gives at most ${limits.maxPageSize} at a time, not ${page.size}: page with "after"`,
    field: page.coordinate,
  },
  {
    limit: 'cost',
    max: limits.maxCost,
    asked: cost,
    message: `the answer may hold ${limits.maxCost} objects, this one could hold ${cost}: ask for shorter lists`,
  },
];

/** Refuses operations that ask for too much, after validation and before anything is fetched. */
export function limitsPlugin(limits: Limits): ApolloServerPlugin<GatewayContext> {
  const measured = measuredOnce();
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request }) => {
        // An operation name that the document does not have: execution refuses it.
        if (!operation) return;
        const measures = measured(schema, document, operation, request.variables ?? {});
        const broken = checksOf(limits, measures).find(({ asked, max }) => asked > max);
        if (!broken) return;
        const { message, ...details } = broken;
        throw new GraphQLError(message, { extensions: { code: 'LIMIT_EXCEEDED', ...details, http: { status: 400 } } });
      },
    }),
  };
}

const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] (\d+) tokens/;

/** graphql-js refuses an overlong document as a syntax error; it is one of our limits. */
export function tokenLimitExceeded(message: string): GraphQLFormattedError | undefined {
  const max = Number(TOO_MANY_TOKENS.exec(message)?.[1]);
  if (!max) return undefined;
  return {
    message: `a document may have ${max} tokens, this one has more`,
    extensions: { code: 'LIMIT_EXCEEDED', limit: 'tokens', max, asked: `more than ${max}` },
  };
}
