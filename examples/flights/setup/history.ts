import * as z from 'zod';
import { CallError } from '../client/call.ts';
import { nodesOf, type Graph } from '../client/graph.ts';
import { until } from './steps.ts';

const Load = z.object({
  id: z.string(),
  state: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED']),
  error: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string(),
  rowsWritten: z.int(),
});
type Load = z.infer<typeof Load>;
const FIELDS = 'id state error from to rowsWritten';

/** A range of event times, and what of it goes on-line. */
export interface History {
  readonly from: string | null;
  readonly to: string;
  /** On-line goes what was known then: a replay begins there. */
  readonly onlineAt: string;
}

/** Loads a range of a view's source once: one that was loaded stays, one that runs is waited for. Answers its rows. */
export async function loadHistory(graph: Graph, view: string, history: History): Promise<number> {
  const earlier = await graph.ask(
    nodesOf(Load),
    `query ($view: ID!) { materializations(view: $view, first: 100) { edges { node { ${FIELDS} } } } }`,
    { view },
  );
  const same = (load: Load): boolean =>
    load.state !== 'FAILED' && sameInstant(load.to, history.to) && sameInstant(load.from, history.from);
  const load = earlier.find(same) ?? (await begin(graph, view, history));
  const { rowsWritten } = await until(() => ended(graph, load), `the load of ${view} did not end within ten minutes`, {
    atMostMs: 600_000,
  });
  return rowsWritten;
}

const sameInstant = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : Date.parse(a) === Date.parse(b);

async function begin(graph: Graph, view: string, history: History): Promise<Load> {
  const { materialization } = await graph.define(
    z.object({ materialization: Load }),
    'materialize',
    { view, waitMs: 5_000, ...history },
    `{ materialization { ${FIELDS} } }`,
  );
  return materialization;
}

async function ended(graph: Graph, load: Load): Promise<Load | undefined> {
  const now =
    load.state === 'RUNNING'
      ? await graph.ask(Load, `query ($id: ID!) { materialization(id: $id) { ${FIELDS} } }`, { id: load.id })
      : load;
  if (now.state === 'FAILED') throw new CallError(`materialize: ${now.error ?? 'it failed'}`);
  return now.state === 'SUCCEEDED' ? now : undefined;
}
