import { nodesOf } from '../../../client/pages.ts';
import type { Graph } from '../../../client/graph.ts';
import { DEPLOYMENT } from '../names.ts';
import { PerformanceAndAccounts, StoredPredictions, type PerformanceAndAccountsQuery } from '../operations.ts';

const instant = (ms: number): string => new Date(ms).toISOString();
const PAGE = 100;

/** The stored predictions of a stretch of time: flight → id of its prediction. */
export async function storedPredictions(
  graph: Graph,
  fromMs: number,
  toMs: number,
): Promise<ReadonlyMap<number, string>> {
  const window = { deployment: DEPLOYMENT, from: instant(fromMs), to: instant(toMs), first: PAGE };
  const found = new Map<number, string>();
  for await (const { id, inputs } of nodesOf(graph, StoredPredictions, window, ({ predictions }) => predictions)) {
    const flight = inputs.find(({ name }) => name === 'flight')?.text;
    if (flight) found.set(Number(flight), id.split(':').at(-1) ?? '');
  }
  return found;
}

export interface Totals {
  readonly total: NonNullable<PerformanceAndAccountsQuery['performanceReport']>['total'];
  readonly nodes: readonly NonNullable<PerformanceAndAccountsQuery['edgeNodes']>['edges'][number]['node'][];
}

/** What is stored of a stretch of time, and the accounts of all nodes. */
export async function totalsOf(graph: Graph, fromMs: number, toMs: number): Promise<Totals> {
  const input = { deployment: DEPLOYMENT, from: instant(fromMs), to: instant(toMs) };
  const { performanceReport, edgeNodes } = await graph.run(PerformanceAndAccounts, { input });
  if (!performanceReport || !edgeNodes) throw new Error('monitoring says nothing of its accounts');
  return { total: performanceReport.total, nodes: edgeNodes.edges.map(({ node }) => node) };
}
