import * as z from 'zod';
import { nodesOf, type Graph } from '../client/graph.ts';
import { DEPLOYMENT } from '../names.ts';

const Experiment = z.object({ id: z.string(), name: z.string(), status: z.string() });
/** Two releases of the deployment, split by flight. */
export interface ExperimentPlan {
  readonly name: string;
  readonly hypothesis: string;
  readonly controlRelease: string;
  readonly controlShare: number;
  readonly candidateRelease: string;
  readonly candidateShare: number;
}

const HYPOTHESIS = `The logistic regression, which anyone can read, announces delays about as well as the trees: compare the Brier score of the arms.
Whether a flight comes late does not depend on who announces it, so the share of late flights must not differ between them.`;

/** The small experiment of the set-up. */
export const treesOrLogistic = (controlRelease: string, candidateRelease: string): ExperimentPlan => ({
  name: 'trees-or-logistic',
  hypothesis: HYPOTHESIS,
  controlRelease,
  controlShare: 0.1,
  candidateRelease,
  candidateShare: 0.1,
});

/**
 * Starts an experiment, or takes up one that was begun. One that was stopped never runs again; then, and where somebody
 * else holds the traffic, all is left as it is. Answers its status.
 */
export async function runExperiment(graph: Graph, plan: ExperimentPlan): Promise<string> {
  const { experiments, traffic } = await graph.ask(
    z.object({
      experiments: nodesOf(Experiment),
      traffic: z.object({ lease: z.object({ holder: z.string() }).nullable() }),
    }),
    `query ($id: ID!) { deployment(id: $id) {
       traffic { lease { holder } } experiments(first: 100) { edges { node { id name status } } } } }`,
    { id: DEPLOYMENT },
  );
  const found = experiments.find(({ name }) => name === plan.name);
  if (found && found.status !== 'DRAFT') return found.status;
  if (traffic.lease) return `not started, since ${traffic.lease.holder} holds the traffic`;
  const experiment = found ?? (await create(graph, plan));
  await graph.change(z.unknown(), 'startExperiment', { experiment: experiment.id }, '{ eventCursor }');
  return 'RUNNING';
}

async function create(graph: Graph, plan: ExperimentPlan): Promise<z.infer<typeof Experiment>> {
  const { experiment } = await graph.change(
    z.object({ experiment: Experiment }),
    'createExperiment',
    { ...plan, deployment: DEPLOYMENT, unit: 'flight', baseline: 0.2, mde: 0.1 },
    '{ experiment { id name status } }',
  );
  return experiment;
}
