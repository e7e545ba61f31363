import type { Graph } from '../../../client/graph.ts';
import { until } from '../../../client/wait.ts';
import { DEPLOYMENT } from '../names.ts';
import { EdgeAccounts, StoredOf, type EdgeAccountsQuery, type StoredOfQuery } from '../operations.ts';

type Node = NonNullable<EdgeAccountsQuery['edgeNodes']>['edges'][number]['node'];
type Totals = NonNullable<StoredOfQuery['performanceReport']>['total'];

/** Where every answer is, summed over all nodes. */
export interface Account {
  readonly answered: number;
  readonly stored: number;
  readonly queued: number;
  readonly dropped: number;
  readonly sampledOut: number;
  readonly balanced: boolean;
}

const accountOf = (nodes: readonly Node[]): Account => {
  const sum = (of: (accounting: Node['accounting']) => number): number =>
    nodes.reduce((total, { accounting }) => total + of(accounting), 0);
  return {
    answered: sum(({ answered }) => answered),
    stored: sum(({ stored }) => stored),
    queued: sum(({ queued }) => queued),
    dropped: sum(({ dropped }) => dropped),
    sampledOut: sum(({ sampledOut }) => sampledOut),
    balanced: nodes.every(({ accounting }) => accounting.balanced),
  };
};

/** The account when every node has told of all that it did: by default a heartbeat comes every ten seconds. */
export const closedAccount = (graph: Graph): Promise<Account> =>
  until(
    async () => {
      const { edges } = await graph.field(EdgeAccounts, {});
      const nodes = edges.map(({ node }) => node);
      const isClosed = nodes.every(
        ({ accounting: { balanced, sinceHeartbeat, queued } }) => balanced && sinceHeartbeat === 0 && queued === 0,
      );
      return isClosed ? accountOf(nodes) : undefined;
    },
    'the account of the edge did not close within two minutes',
    { everyMs: 500 },
  );

/** What is stored of a stretch of time, once so many of its predictions have outcomes; else what there is in the end. */
export async function storedOf(
  graph: Graph,
  { fromMs, toMs, labelled }: { readonly fromMs: number; readonly toMs: number; readonly labelled: number },
): Promise<Totals> {
  const input = { deployment: DEPLOYMENT, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  const look = async (): Promise<Totals> => (await graph.field(StoredOf, { input })).total;
  return until(
    async () => {
      const total = await look();
      return total.labelled >= labelled ? total : undefined;
    },
    'not all outcomes were joined within two minutes',
    { everyMs: 500 },
  ).catch(look);
}
