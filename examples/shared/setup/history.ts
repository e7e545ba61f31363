import { until } from '../../../client/wait.ts';
import type { Graph } from '../../../client/graph.ts';
import { LoadsOfView, Materialize, OneLoad, type LoadFragment } from '../operations.ts';

/** A range of event times, and what of it goes on-line. */
export interface History {
  readonly from: string | null;
  readonly to: string;
  /** On-line goes what was known then: a replay begins there. */
  readonly onlineAt: string;
}

/** Loads a range of a view's source once: one that was loaded stays, one that runs is waited for. Answers its rows. */
export async function loadHistory(graph: Graph, view: string, history: History): Promise<number> {
  const earlier = await graph.field(LoadsOfView, { view });
  const same = (load: LoadFragment): boolean =>
    load.state !== 'FAILED' && sameInstant(load.to, history.to) && sameInstant(load.from, history.from);
  const load = earlier.edges.map(({ node }) => node).find(same) ?? (await begin(graph, view, history));
  const { rowsWritten } = await until(() => ended(graph, load), `the load of ${view} did not end within ten minutes`, {
    atMostMs: 600_000,
  });
  return rowsWritten;
}

const sameInstant = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : Date.parse(a) === Date.parse(b);

async function begin(graph: Graph, view: string, history: History): Promise<LoadFragment> {
  // The same range is loaded once, however often it is asked for.
  const again = { repeatable: true };
  const { materialization } = await graph.field(Materialize, { input: { view, waitMs: 2_000, ...history } }, again);
  return materialization;
}

async function ended(graph: Graph, load: LoadFragment): Promise<LoadFragment | undefined> {
  const now = load.state === 'RUNNING' ? await graph.field(OneLoad, { id: load.id }) : load;
  if (now.state === 'FAILED') throw new Error(`materialize: ${now.error ?? 'it failed'}`);
  return now.state === 'SUCCEEDED' ? now : undefined;
}
