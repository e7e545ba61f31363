import * as z from 'zod';
import { DEPLOYMENT } from '../names.ts';
import type { ControlDoor } from './control-door.ts';

const instant = (ms: number): string => new Date(ms).toISOString();

const Deployment = z.object({
  deployment: z.object({ createdAt: z.string(), live: z.object({ number: z.int() }).nullable() }).nullable(),
});

/** When the deployment was made. Throws where there is none, or nothing serves. */
export async function deploymentCreatedAt(control: ControlDoor): Promise<string> {
  const query = 'query ($id: ID!) { deployment(id: $id) { createdAt live { number } } }';
  const { deployment } = Deployment.parse(await control.graph(query, { id: DEPLOYMENT }));
  if (!deployment?.live) throw new Error(`nothing serves ${DEPLOYMENT}: run "npm run flights -- setup" first`);
  return deployment.createdAt;
}

const Page = z.object({
  predictions: z.object({
    edges: z.array(
      z.object({
        node: z.object({
          id: z.string(),
          inputs: z.array(z.object({ name: z.string(), text: z.string().nullable() })),
        }),
      }),
    ),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});

const PAGE = 100;

/** The stored predictions of a stretch of time: flight → id of its prediction. */
export async function storedPredictions(
  control: ControlDoor,
  fromMs: number,
  toMs: number,
): Promise<ReadonlyMap<number, string>> {
  const query = `query ($deployment: ID!, $from: DateTime!, $to: DateTime!, $first: Int!, $after: String) {
    predictions(deployment: $deployment, from: $from, to: $to, first: $first, after: $after) {
      edges { node { id inputs { name text } } }
      pageInfo { hasNextPage endCursor }
    }
  }`;
  const window = { deployment: DEPLOYMENT, from: instant(fromMs), to: instant(toMs), first: PAGE };
  const found = new Map<number, string>();
  for (let after: string | null = null; ;) {
    const { predictions } = Page.parse(await control.graph(query, { ...window, after }));
    for (const { node } of predictions.edges) {
      const flight = node.inputs.find(({ name }) => name === 'flight')?.text;
      if (flight) found.set(Number(flight), node.id.split(':').at(-1) ?? '');
    }
    after = predictions.pageInfo.endCursor;
    if (!predictions.pageInfo.hasNextPage || after === null) return found;
  }
}

const Totals = z.object({
  performanceReport: z.object({
    total: z.object({
      predictions: z.number(),
      labelled: z.number(),
      auc: z.number().nullable(),
      brier: z.number().nullable(),
    }),
  }),
  edgeNodes: z.object({
    edges: z.array(
      z.object({
        node: z.object({
          name: z.string(),
          accounting: z.object({
            answered: z.number(),
            stored: z.number(),
            queued: z.number(),
            dropped: z.number(),
            sampledOut: z.number(),
            balanced: z.boolean(),
            sinceHeartbeat: z.number(),
          }),
        }),
      }),
    ),
  }),
});
export type Totals = z.infer<typeof Totals>;

/** What is stored of a stretch of time, and the accounts of all nodes. */
export async function totalsOf(control: ControlDoor, fromMs: number, toMs: number): Promise<Totals> {
  const query = `query ($input: PerformanceReportInput!) {
    performanceReport(input: $input) { total { predictions labelled auc brier } }
    edgeNodes(first: 100) {
      edges { node { name accounting { answered stored queued dropped sampledOut balanced sinceHeartbeat } } }
    }
  }`;
  const input = { deployment: DEPLOYMENT, from: instant(fromMs), to: instant(toMs) };
  return Totals.parse(await control.graph(query, { input }));
}
